package com.terrifictotes.etl.loopback;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * S3 and Secrets Manager on a port of 127.0.0.1, for the real AWS SDK clients. Strict: what is not modelled, overwriting
 * and deleting included, is answered with 501 {@code NotImplemented} and not silently accepted. A conditional write
 * ({@code If-None-Match: *}) is atomic, as in S3: of several writers exactly one wins.
 *
 * <p>Objects are plain files, {@code <stateFolder>/<bucket>/<key>}, and outlive the server; secrets do not.
 */
public final class LoopbackAws implements AutoCloseable {

    private static final Region REGION = Region.EU_WEST_2;
    private static final String ADDRESS = "127.0.0.1";
    private static final int CONNECTION_BACKLOG = 1024;

    private final ObjectStore store;
    private final SecretsService secrets;
    private final Faults faults = new Faults();
    private final RequestCounts requests = new RequestCounts();
    private final ExecutorService executor;
    private final HttpServer server;

    private LoopbackAws(ObjectStore store) throws IOException {
        this.store = store;
        this.secrets = new SecretsService(REGION.id());
        this.server = HttpServer.create(new InetSocketAddress(loopback(), 0), CONNECTION_BACKLOG);
        this.executor = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(executor);
        server.createContext("/", new LoopbackHandler(new S3Service(store, REGION.id()), secrets, faults, requests));
        server.start();
    }

    /**
     * Starts a server on a free port.
     *
     * @param stateFolder where the objects are kept; made if it is not there, and served again if a former server left it
     * @throws IllegalStateException if another server uses the folder
     * @throws UncheckedIOException if the folder cannot be written or no port be opened
     */
    public static LoopbackAws start(Path stateFolder) {
        requireNonNull(stateFolder, "stateFolder is null");
        try {
            ObjectStore store = new ObjectStore(stateFolder);
            try {
                return new LoopbackAws(store);
            } catch (IOException e) {
                store.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot serve the folder " + stateFolder, e);
        }
    }

    /** Returns the endpoint of both services, {@code http://127.0.0.1:<port>}. */
    public URI endpoint() {
        return URI.create("http://" + ADDRESS + ":" + server.getAddress().getPort());
    }

    /** Makes a bucket; one that is there already, from a former server, stays as it is. */
    public void createBucket(String bucket) {
        requireNonNull(bucket, "bucket is null");
        try {
            store.createBucket(bucket);
        } catch (Refusal refusal) {
            if (!refusal.code().equals("BucketAlreadyOwnedByYou")) {
                throw new IllegalArgumentException("'" + bucket + "' is no bucket name", refusal);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create the folder of bucket " + bucket, e);
        }
    }

    /** Removes an object, as somebody does who has more rights than the clients; one that is not there stays away. */
    public void removeObject(String bucket, String key) {
        requireNonNull(bucket, "bucket is null");
        requireNonNull(key, "key is null");
        try {
            store.remove(bucket, key);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + bucket + "/" + key, e);
        }
    }

    /** Sets the current value of a secret, made if it is not there. */
    public void putSecret(String name, String json) {
        requireNonNull(name, "name is null");
        requireNonNull(json, "json is null");
        secrets.put(name, json);
    }

    /** Returns a new S3 client for this server; it is the caller's to close. */
    public S3Client s3Client() {
        return S3Client.builder()
                .endpointOverride(endpoint())
                .region(REGION)
                .credentialsProvider(credentials())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .forcePathStyle(true)
                .build();
    }

    /** Returns a new Secrets Manager client for this server; it is the caller's to close. */
    public SecretsManagerClient secretsManagerClient() {
        return SecretsManagerClient.builder()
                .endpointOverride(endpoint())
                .region(REGION)
                .credentialsProvider(credentials())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    /** Returns the faults that coming requests will meet. */
    public Faults faults() {
        return faults;
    }

    /** Returns the counts of the requests so far. */
    public RequestCounts requests() {
        return requests;
    }

    /** Stops the server. The objects stay where they are. */
    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
        executor.close();
        try {
            store.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot leave the state folder", e);
        }
    }

    /** Not {@code localhost}: that may be an address of IPv6 first. */
    private static InetAddress loopback() throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    private static StaticCredentialsProvider credentials() {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create("loopback", "loopback"));
    }
}
