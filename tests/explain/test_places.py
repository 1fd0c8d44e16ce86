"""
Where in somebody's code a value is said.
"""

from mizzen.cli._places import Place, Places


class TestPlaces:
    def places(self, folder, text):
        """
        The places of one file.
        """
        (folder / "a.py").write_text(text)

        return Places(folder, [folder / "a.py"])

    def test_subscript(self, tmp_path):
        """
        Parts may be taken out of the app, or be those of a module.
        """
        places = self.places(
            tmp_path,
            "web = Service('web')\n"
            "app['web'].override(cpu=1)\n"
            "parts.web.override(memory=1)\n"
            "app[0].override(user=1)\n"
            "app[key].override(scale=1)\n"
            "find()(x).override(health=1)\n"
            "a, b = web = 1\n",
        )

        assert places.override("x", "web", "cpu") == Place("a.py", 2)
        assert places.override("x", "web", "memory") == Place("a.py", 3)
        assert places.override("x", "web", "scale") is None
        assert places.override("x", "web", "health") is None
        assert places.constructor("Service", "api", "cpu") is None
        stack = tmp_path / "Pulumi.prod.yaml"
        assert places.address(stack, "hosts") is None

    def test_derived(self, tmp_path):
        """
        Of environments that override the same, the line is the one that
        decides.
        """
        places = self.places(
            tmp_path,
            "web: Service = Service(name='web')\n"
            "A = Environment('a', overrides=[web.override(cpu=1)],\n"
            "    defaults=Defaults(memory='1Mi'), exposure=COMMON)\n"
            "B = A.derive('b', overrides=[web.override(cpu=2)])\n"
            "C = envs.B.derive('c', overrides=[\n"
            "    web.override(cpu=3),\n"
            "    web.override(cpu=4)], defaults=COMMON)\n"
            "D = derive('d')\n",
        )

        assert places.override("a", "web", "cpu") == Place("a.py", 2)
        assert places.override("b", "web", "cpu") == Place("a.py", 4)
        assert places.override("c", "web", "cpu") == Place("a.py", 7)
        assert places.environment("b", "exposure") == Place("a.py", 3)
        assert places.environment("d", "exposure") is None
        assert places.defaults("b", "memory") == Place("a.py", 3)
        assert places.defaults("c", "user") == Place("a.py", 7)

    def test_entry(self, tmp_path):
        """
        Entries of maps have lines of their own.
        """
        places = self.places(
            tmp_path,
            "web = Service('web', env={\n  **MORE,\n  'A': '1',\n"
            "}, files=FILES)\n",
        )
        lines = [
            places.constructor("Service", "web", field, key).line
            for field, key in (("env", "A"), ("env", "B"), ("files", "/a"))
        ]

        assert lines == [3, 1, 4]

    def test_function(self, tmp_path):
        """
        A part that a function makes is found where that is called.
        """
        places = self.places(
            tmp_path,
            "def worker(name):\n    return Worker(name, env={})\n"
            "mailer = worker('mailer')\n",
        )

        assert places.constructor("Worker", "mailer", "env") == Place(
            "a.py", 3
        )

    def test_address(self, tmp_path):
        """
        Keys of a stack's file may have the project's name before them.
        """
        (tmp_path / "Pulumi.prod.yaml").write_text("a: 1\ningressClass: x\n")
        places = self.places(tmp_path, "")

        stack = tmp_path / "Pulumi.prod.yaml"

        assert places.address(stack, "ingress_class") == Place(
            "Pulumi.prod.yaml", 2
        )
        assert places.address(stack, "issuer") is None
