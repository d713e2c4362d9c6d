// Connects to each target, a line "id, port, name, file of roots" with tabs between,
// and says what Java makes of it: "id, ok or failed, why".
import java.io.*;
import java.net.*;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import javax.net.ssl.*;

class Client {
    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = in.readLine()) != null;) {
            String[] target = line.split("\t", -1);
            String said = "ok\t";
            try {
                connect(Integer.parseInt(target[1]), target[2], target[3]);
            } catch (Throwable e) {
                said = "failed\t" + causes(e).replaceAll("\\p{Cntrl}", " ");
            }
            System.out.println(target[0] + "\t" + said);
        }
    }

    static String causes(Throwable e) {
        String all = "";
        for (; e != null; e = e.getCause()) all += e + "; ";
        return all;
    }

    static void connect(int port, String name, String roots) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream file = Files.newInputStream(Path.of(roots))) {
            int n = 0;
            for (java.security.cert.Certificate c : CertificateFactory.getInstance("X.509").generateCertificates(file))
                store.setCertificateEntry("root" + n++, c);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (Socket raw = new Socket("127.0.0.1", port)) {
            raw.setSoTimeout(10000);
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, name, port, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes());
            socket.getInputStream().read();
        }
    }
}
