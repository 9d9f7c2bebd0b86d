package com.terrifictotes.etl.common.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A certificate authority of a test. The JDK makes certificates with keytool alone. */
final class Authority {

    private static final String PASSWORD = "changeit";
    private static final String SIGNER = "authority";

    private final Path folder;
    private final Path keyStore;

    /** An authority that keeps its keys in a folder, which exists. */
    Authority(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        this.keyStore = folder.resolve("keys.p12");
        keytool(SIGNER, "-ext", "BasicConstraints:critical=ca:true");
    }

    /** What a server shows: a certificate and its key, as files that PostgreSQL reads. */
    record ServerCertificate(Path certificate, Path key) {}

    /** The authority's own certificate, as PEM text. */
    String pem() throws IOException, GeneralSecurityException {
        return encode("CERTIFICATE", load().getCertificate(SIGNER).getEncoded());
    }

    /**
     * Signs a certificate that is valid today.
     *
     * @param alternativeNames in the words of keytool: {@code dns:localhost,ip:127.0.0.1}
     */
    ServerCertificate sign(String name, String alternativeNames)
            throws IOException, InterruptedException, GeneralSecurityException {
        return sign(name, "-ext", "SubjectAlternativeName=" + alternativeNames);
    }

    /** Signs a certificate for localhost that was valid until yesterday. */
    ServerCertificate signExpired(String name) throws IOException, InterruptedException, GeneralSecurityException {
        return sign(name, "-ext", "SubjectAlternativeName=dns:localhost", "-startdate", "-2d", "-validity", "1");
    }

    private ServerCertificate sign(String name, String... options)
            throws IOException, InterruptedException, GeneralSecurityException {
        List<String> all = new ArrayList<>(List.of("-signer", SIGNER));
        all.addAll(List.of(options));
        keytool(name, all.toArray(String[]::new));
        KeyStore keys = load();
        Path certificate = Files.writeString(
                folder.resolve(name + ".crt"),
                encode("CERTIFICATE", keys.getCertificate(name).getEncoded()));
        // PostgreSQL refuses a key that others may read.
        Path key = Files.createFile(
                folder.resolve(name + ".key"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                key,
                encode("PRIVATE KEY", keys.getKey(name, PASSWORD.toCharArray()).getEncoded()));
        return new ServerCertificate(certificate, key);
    }

    private KeyStore load() throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(keyStore.toFile(), PASSWORD.toCharArray());
    }

    private void keytool(String alias, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                keyStore.toString(),
                "-storepass",
                PASSWORD,
                "-keyalg",
                "EC",
                "-alias",
                alias,
                "-dname",
                "CN=" + alias));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("keytool failed: " + said);
        }
    }

    private static String encode(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + label + "-----\n";
    }
}
