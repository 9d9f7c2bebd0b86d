package com.terrifictotes.etl.common.database;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.postgresql.ssl.WrappedFactory;

/**
 * TLS sockets that trust the certificates of a secret and no others. The driver's own factory takes a file; this one
 * takes the text, so nothing is written to a disk, and a warm function whose secret is changed has no file to change
 * under the feet of another thread. Public because the driver makes it by its name; it checks names afterwards, as its
 * sslmode says.
 *
 * @see <a href="https://jdbc.postgresql.org/documentation/ssl/#custom-sslsocketfactory">pgjdbc: custom SSLSocketFactory</a>
 */
public final class TrustedCertificates extends WrappedFactory {

    /**
     * @param pem X.509 certificates, as PEM text; what stands around them is skipped
     * @throws GeneralSecurityException if the text holds no certificate
     */
    public TrustedCertificates(String pem) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        for (Certificate certificate : parse(pem)) {
            trusted.setCertificateEntry(Integer.toString(trusted.size()), certificate);
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        factory = context.getSocketFactory();
    }

    /**
     * The certificates in a PEM text; at least one.
     *
     * @throws CertificateException if there is none, or one that cannot be read
     */
    static List<Certificate> parse(String pem) throws CertificateException {
        List<Certificate> certificates = List.copyOf(CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8))));
        if (certificates.isEmpty()) {
            throw new CertificateException("no certificate");
        }
        return certificates;
    }
}
