"""
A store that mizzen does not know, as its users would write it.
"""

import attrs

from mizzen import Access, Port, Server, Store


SECRETS = "/run/secrets/mysql"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class MySql(Store):
    """
    A MySQL server with one database and a disk.
    """

    listens = (Port("mysql", 3306, application="tcp"),)
    scheme = "mysql"
    product = "MySQL"
    administrator = "root"
    usual_memory = "768Mi"

    database_name: str = attrs.field(default="app", alias="database")

    def server(self, access: Access) -> Server:
        """
        The official image.
        """
        return Server(
            image=f"mysql:{self.version}",
            data="/var/lib/mysql",
            ready=["mysqladmin", "ping", "--host=127.0.0.1"],
            env={
                "MYSQL_DATABASE": self.database_name,
                "MYSQL_ROOT_PASSWORD_FILE": f"{SECRETS}/password",
            },
            secrets=SECRETS,
            files={"password": access.administrator.password},
            writable=["/var/run/mysqld", "/tmp"],
        )
