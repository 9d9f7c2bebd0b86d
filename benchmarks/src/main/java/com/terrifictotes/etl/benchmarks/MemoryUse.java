package com.terrifictotes.etl.benchmarks;

import static java.util.stream.Collectors.toSet;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/**
 * The memory that this process has needed so far, in bytes.
 *
 * @param heapAlive the most that was in use right after a full garbage collection
 * @param heapUsed the most that was in use, summed over the heap's pools
 * @param heapCommitted the most that was reserved, summed likewise
 * @param resident the most of the whole process that was in real memory, or null where the system does not say
 */
record MemoryUse(
        long heapAlive,
        long heapUsed,
        long heapCommitted,
        @Nullable Long resident) {

    /** Linux says it there, in KiB, as {@code VmHWM}: see proc_pid_status(5). */
    private static final Path STATUS = Path.of("/proc/self/status");

    /** Forces a full garbage collection again and again, and notes what it leaves: that alone is what must not grow. */
    static final class Watch {

        private static final Duration INTERVAL = Duration.ofMillis(500);

        /** See {@link GarbageCollectionNotificationInfo#getGcAction}. */
        private static final String FULL = "end of major GC";

        private final AtomicLong mostAlive = new AtomicLong();

        private Watch() {}

        /** Begins to watch this process. */
        static Watch begin() {
            Watch watch = new Watch();
            Thread.ofPlatform().daemon().start(Watch::collect);
            Set<String> heapPools = ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getType() == MemoryType.HEAP)
                    .map(MemoryPoolMXBean::getName)
                    .collect(toSet());
            for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
                ((NotificationEmitter) collector)
                        .addNotificationListener(
                                (notification, ignored) -> watch.note(
                                        GarbageCollectionNotificationInfo.from(
                                                (CompositeData) notification.getUserData()),
                                        heapPools),
                                null,
                                null);
            }
            return watch;
        }

        private static void collect() {
            try {
                while (true) {
                    System.gc();
                    Thread.sleep(INTERVAL);
                }
            } catch (InterruptedException e) {
                // Nobody interrupts it; it ends with the process.
            }
        }

        private void note(GarbageCollectionNotificationInfo collection, Set<String> heapPools) {
            if (!collection.getGcAction().equals(FULL)) {
                return;
            }
            long used = collection.getGcInfo().getMemoryUsageAfterGc().entrySet().stream()
                    .filter(pool -> heapPools.contains(pool.getKey()))
                    .mapToLong(pool -> pool.getValue().getUsed())
                    .sum();
            mostAlive.accumulateAndGet(used, Math::max);
        }

        /** What was needed so far. */
        MemoryUse soFar() throws IOException {
            return new MemoryUse(
                    mostAlive.get(), peak(MemoryUsage::getUsed), peak(MemoryUsage::getCommitted), mostResident());
        }

        private static long peak(ToLongFunction<MemoryUsage> figure) {
            return ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getType() == MemoryType.HEAP)
                    .map(MemoryPoolMXBean::getPeakUsage)
                    .mapToLong(figure)
                    .sum();
        }

        private static @Nullable Long mostResident() throws IOException {
            if (!Files.exists(STATUS)) {
                return null;
            }
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(null);
        }
    }
}
