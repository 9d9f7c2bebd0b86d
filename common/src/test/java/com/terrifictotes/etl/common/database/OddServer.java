package com.terrifictotes.etl.common.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A server on 127.0.0.1 that is no PostgreSQL. A client that asks for TLS sends eight bytes and is answered {@code S} by
 * a server that agrees.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">PostgreSQL: SSLRequest</a>
 */
final class OddServer implements AutoCloseable {

    private static final int SSL_REQUEST_BYTES = 8;

    private final ServerSocket socket;

    private OddServer(Conversation conversation) throws IOException {
        socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(() -> acceptUntilClosed(conversation));
    }

    @FunctionalInterface
    private interface Conversation {
        void with(Socket client) throws IOException;
    }

    /** Accepts connections, reads what comes, and answers nothing. */
    static OddServer silent() throws IOException {
        return new OddServer(client -> client.getInputStream().readAllBytes());
    }

    /** Agrees to TLS and hangs up. */
    static OddServer hangingUp() throws IOException {
        return new OddServer(OddServer::agreeToTls);
    }

    /** Agrees to TLS and then talks something else. */
    static OddServer talkingOtherThanTls() throws IOException {
        return new OddServer(client -> {
            agreeToTls(client);
            client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            client.getInputStream().readAllBytes();
        });
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Returns when the client has begun the handshake, since what comes earlier counts as part of the answer. */
    private static void agreeToTls(Socket client) throws IOException {
        client.getInputStream().readNBytes(SSL_REQUEST_BYTES);
        client.getOutputStream().write('S');
        client.getInputStream().readNBytes(1);
    }

    private void acceptUntilClosed(Conversation conversation) {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                conversation.with(client);
            } catch (IOException e) {
                // The client gave up, or the test is over.
            }
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
