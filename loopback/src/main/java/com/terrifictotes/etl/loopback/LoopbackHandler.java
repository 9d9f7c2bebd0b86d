package com.terrifictotes.etl.loopback;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** The HTTP side of both services: counts each request, lets its fault strike, and sends the answer. */
final class LoopbackHandler implements HttpHandler {

    private final S3Service s3;
    private final SecretsService secrets;
    private final Faults faults;
    private final RequestCounts counts;

    LoopbackHandler(S3Service s3, SecretsService secrets, Faults faults, RequestCounts counts) {
        this.s3 = s3;
        this.secrets = secrets;
        this.faults = faults;
        this.counts = counts;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        // Closing an exchange whose answer is incomplete closes the connection, which is what a cut or dropped answer
        // needs.
        try (exchange) {
            Call call = exchange.getRequestHeaders().containsKey("X-Amz-Target")
                    ? secrets.open(exchange)
                    : s3.open(exchange);
            counts.add(call.request().operation());
            Optional<Fault> fault = faults.take(call.request());
            if (fault.isEmpty()) {
                send(exchange, perform(call), Long.MAX_VALUE);
            } else {
                suffer(fault.get(), call, exchange);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void suffer(Fault fault, Call call, HttpExchange exchange) throws IOException, InterruptedException {
        switch (fault) {
            case Fault.Refuse(int status, String code) ->
                send(exchange, call.refuse(injected(status, code)), Long.MAX_VALUE);
            case Fault.RefuseAfterwards(int status, String code) -> {
                perform(call);
                send(exchange, call.refuse(injected(status, code)), Long.MAX_VALUE);
            }
            case Fault.DropAnswer() -> {
                perform(call);
                drain(exchange);
            }
            case Fault.CutBody(long afterBytes) -> send(exchange, perform(call), afterBytes);
            case Fault.Delay(Duration duration) -> {
                Thread.sleep(duration);
                send(exchange, perform(call), Long.MAX_VALUE);
            }
        }
    }

    private static Refusal injected(int status, String code) {
        return new Refusal(status, code, "injected fault");
    }

    private static Reply perform(Call call) throws IOException {
        try {
            return call.perform();
        } catch (Refusal refusal) {
            return call.refuse(refusal);
        } catch (RuntimeException e) {
            // A mistake of this server: the SDK's exception is where its user will look for the reason.
            return call.refuse(new Refusal(500, "InternalError", "the loopback server failed: " + e));
        }
    }

    private static void send(HttpExchange exchange, Reply reply, long bodyLimit) throws IOException {
        drain(exchange);
        reply.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        exchange.getResponseHeaders()
                .set("x-amz-request-id", UUID.randomUUID().toString().toUpperCase(Locale.ROOT));
        long length = reply.content().length();
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Long.toString(length));
            exchange.sendResponseHeaders(reply.status(), -1);
        } else if (length == 0) {
            exchange.sendResponseHeaders(reply.status(), -1);
        } else {
            exchange.sendResponseHeaders(reply.status(), length);
            OutputStream body = exchange.getResponseBody();
            reply.writeBody(body, bodyLimit);
            body.flush();
        }
    }

    /** A client that is still sending does not read: the whole body is taken before the first byte of the answer. */
    private static void drain(HttpExchange exchange) throws IOException {
        InputStream body = exchange.getRequestBody();
        body.transferTo(OutputStream.nullOutputStream());
    }
}
