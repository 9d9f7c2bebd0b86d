package com.terrifictotes.etl.benchmarks;

import com.terrifictotes.etl.common.database.DatabaseSecret;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A port of 127.0.0.1 that leads to a PostgreSQL server and counts connections and round trips. It speaks no TLS: the
 * client must be content without.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">PostgreSQL: message formats</a>
 */
final class WireCounter implements AutoCloseable {

    private static final int SSL_REQUEST = 80_877_103;
    private static final int GSS_ENCRYPTION_REQUEST = 80_877_104;
    private static final int QUERY = 'Q';
    private static final int SYNC = 'S';

    private final DatabaseSecret server;
    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger roundTrips = new AtomicInteger();

    private WireCounter(DatabaseSecret server) throws IOException {
        this.server = server;
        this.listener = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        threads.execute(this::accept);
    }

    /** Opens a port to the server of a secret. */
    static WireCounter to(DatabaseSecret server) throws IOException {
        return new WireCounter(server);
    }

    /** What was counted: messages after which the client waits for the server to be ready are round trips. */
    record Counts(int connections, int roundTrips) {
        Counts minus(Counts before) {
            return new Counts(connections - before.connections, roundTrips - before.roundTrips);
        }
    }

    /** The counts so far. */
    Counts counts() {
        return new Counts(connections.get(), roundTrips.get());
    }

    /** The secret of the same database behind this port. */
    String secret() {
        return Secrets.json(new DatabaseSecret(
                "127.0.0.1",
                listener.getLocalPort(),
                server.username(),
                server.password(),
                server.database(),
                "prefer",
                null));
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                connections.incrementAndGet();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                // Closed; or a client that was gone before it was there, which has seen its own error.
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket upstream = new Socket(server.host(), server.port())) {
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            threads.execute(() -> answer(upstream, client));
            DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
            DataOutputStream out = new DataOutputStream(upstream.getOutputStream());
            forwardStartup(in, out, client);
            for (int type = in.read(); type >= 0; type = in.read()) {
                if (type == QUERY || type == SYNC) {
                    roundTrips.incrementAndGet();
                }
                out.write(type);
                forwardBody(in, out);
            }
        } catch (IOException e) {
            // One side has hung up; the other one sees that.
        }
    }

    /** The first message has no type, and may be preceded by requests for encryption, which are declined. */
    private static void forwardStartup(DataInputStream in, DataOutputStream out, Socket client) throws IOException {
        while (true) {
            int length = in.readInt();
            int code = in.readInt();
            if (code != SSL_REQUEST && code != GSS_ENCRYPTION_REQUEST) {
                out.writeInt(length);
                out.writeInt(code);
                out.write(in.readNBytes(length - 2 * Integer.BYTES));
                return;
            }
            client.getOutputStream().write('N');
        }
    }

    private static void forwardBody(DataInputStream in, DataOutputStream out) throws IOException {
        int length = in.readInt();
        out.writeInt(length);
        out.write(in.readNBytes(length - Integer.BYTES));
    }

    private static void answer(Socket upstream, Socket client) {
        try {
            upstream.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            // One side has hung up; the other one sees that.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.close();
    }
}
