# Connects to each target of a JSON list and says what Python makes of it.
import json, socket, ssl, sys

for target in json.load(sys.stdin):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    defaults = ssl.create_default_context(cadata=target["roots"]) if target["roots"] else None
    if defaults is not None:
        context = defaults
    context.set_ciphers(target["ciphers"])
    said = {"id": target["id"], "ok": True, "code": 0, "says": ""}
    try:
        with socket.create_connection(("127.0.0.1", target["port"]), timeout=10) as raw:
            with context.wrap_socket(raw, server_hostname=target["name"]) as conn:
                conn.sendall(b"GET / HTTP/1.0\r\n\r\n")
                conn.recv(1)
    except ssl.SSLCertVerificationError as e:
        said.update(ok=False, code=e.verify_code, says=e.verify_message)
    except Exception as e:
        said.update(ok=False, says=type(e).__name__ + ": " + str(e))
    print(json.dumps(said))
