package com.terrifictotes.etl.common.database;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/**
 * Everything that is logged while it is open, by whichever thread, in the finest detail: through SLF4J, as this project
 * and the AWS SDK do, and through {@code java.util.logging}, as the JDBC driver and the JDK do.
 */
final class CapturedLogs implements AutoCloseable {

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final java.util.logging.Logger julRoot = LogManager.getLogManager().getLogger("");
    private final Level usual = root.getLevel();
    private final java.util.logging.Level julUsual = julRoot.getLevel();
    private final List<Appender<ILoggingEvent>> usualAppenders = new ArrayList<>();
    private final Listener appender = new Listener();
    private final JulHandler julHandler = new JulHandler();

    CapturedLogs() {
        root.iteratorForAppenders().forEachRemaining(usualAppenders::add);
        // They would print it all.
        usualAppenders.forEach(root::detachAppender);
        appender.setContext(root.getLoggerContext());
        appender.start();
        root.addAppender(appender);
        root.setLevel(Level.TRACE);
        julHandler.setLevel(java.util.logging.Level.ALL);
        julRoot.addHandler(julHandler);
        julRoot.setLevel(java.util.logging.Level.ALL);
    }

    /** The lines so far, each with logger, level, message and stack trace. */
    String text() {
        return String.join(System.lineSeparator(), lines);
    }

    @Override
    public void close() {
        root.setLevel(usual);
        root.detachAppender(appender);
        usualAppenders.forEach(root::addAppender);
        julRoot.setLevel(julUsual);
        julRoot.removeHandler(julHandler);
    }

    private final class Listener extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLoggerName() + " " + event.getLevel() + " " + event.getFormattedMessage() + " "
                    + event.getMDCPropertyMap() + ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
    }

    private final class JulHandler extends Handler {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord event) {
            StringWriter thrown = new StringWriter();
            if (event.getThrown() != null) {
                event.getThrown().printStackTrace(new PrintWriter(thrown));
            }
            lines.add(event.getLoggerName() + " " + event.getLevel() + " " + formatter.formatMessage(event) + thrown);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
