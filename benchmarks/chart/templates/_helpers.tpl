{{- define "selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .release }}
{{- end }}

{{- define "labels" -}}
{{ include "selector" . }}
app.kubernetes.io/part-of: shop
app.kubernetes.io/component: service
app.kubernetes.io/managed-by: mizzen
{{- end }}

{{- define "metadata" -}}
name: {{ .name }}
namespace: {{ .release }}
labels:
  {{- include "labels" . | nindent 2 }}
{{- end }}
