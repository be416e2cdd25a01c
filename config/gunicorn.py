"""The web server's settings; ``gunicorn --config config/gunicorn.py config.wsgi``."""

worker_class = "gthread"
workers = 2
threads = 4
timeout = 60
graceful_timeout = 15
# Behind a proxy on the same machine, whose word on the visitor's address and on https counts.
forwarded_allow_ips = "127.0.0.1"
# A second way in, in a folder shared by everything this user runs: not needed.
control_socket_disable = True
