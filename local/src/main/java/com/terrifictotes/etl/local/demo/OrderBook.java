package com.terrifictotes.etl.local.demo;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * What happened from {@link #FIRST_DAY} to {@link #LAST_DAY}: the orders of one kind in the order of their creation,
 * busier before Christmas, on working days and as the company grows, with the extreme values spread among the first
 * of them.
 */
final class OrderBook {
    /** The company's first day. */
    static final LocalDate FIRST_DAY = LocalDate.of(2022, 11, 3);

    /** A Friday; what comes after is up to {@link BusinessDays}. */
    static final LocalDate LAST_DAY = LocalDate.of(2024, 11, 8);

    /** The largest value of {@code numeric(10,2)}. */
    static final BigDecimal LARGEST_AMOUNT = new BigDecimal("99999999.99");

    /** This many orders are left for {@link BusinessDays} to correct first. */
    private static final int NEVER_CORRECTED = 100;

    private static final List<String> EDGE_DATES =
            List.of("2024-02-29", "2000-02-29", "9999-12-31", "0001-01-01", "2023-12-31");
    private static final List<BigDecimal> EDGE_PRICES =
            List.of(new BigDecimal("0.01"), LARGEST_AMOUNT, new BigDecimal("0.00"));
    private static final List<Integer> EDGE_UNITS = List.of(Integer.MAX_VALUE, 1, 0);
    private static final List<LocalDateTime> EDGE_TIMES = List.of(
            LocalDateTime.parse("2022-12-31T23:59:59.999"),
            LocalDateTime.parse("2023-01-01T00:00:00.000"),
            // London's clocks skipped this hour: no zone may ever touch these values.
            LocalDateTime.parse("2023-03-26T01:30:00.001"),
            LocalDateTime.parse("2023-10-29T01:30:00.500"),
            LocalDateTime.parse("2024-02-29T23:59:59.999"),
            LocalDateTime.parse("2024-03-01T00:00:00.000"));

    private final SplittableRandom random;

    OrderBook(SplittableRandom random) {
        this.random = random;
    }

    /**
     * One order, without what differs between sales and purchases.
     *
     * @param id the order's key, counted from 1 in the order of creation
     * @param price of one unit
     * @param deliveryDate ISO text, as Totesys keeps it
     * @param paymentDate ISO text, as Totesys keeps it
     */
    record Order(
            int id,
            LocalDateTime createdAt,
            LocalDateTime lastUpdated,
            int units,
            BigDecimal price,
            String deliveryDate,
            String paymentDate) {

        /** {@return what the payment is over: never more than the column can hold} */
        BigDecimal amount() {
            return price.multiply(BigDecimal.valueOf(units)).min(LARGEST_AMOUNT);
        }
    }

    /** {@return {@code count} orders, oldest first} */
    List<Order> orders(int count) {
        List<LocalDateTime> times = creationTimes(count);
        List<Order> orders = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            LocalDateTime createdAt = times.get(i);
            LocalDate delivery = createdAt.toLocalDate().plusDays(2 + random.nextInt(12));
            LocalDate payment = createdAt.toLocalDate().plusDays(1 + random.nextInt(28));
            orders.add(new Order(
                    i + 1,
                    createdAt,
                    i >= NEVER_CORRECTED && random.nextInt(100) < 6 ? later(createdAt, 20) : createdAt,
                    edge(EDGE_UNITS, i, 17).orElse(100 * (1 + random.nextInt(50)) + random.nextInt(100)),
                    edge(EDGE_PRICES, i, 13).orElse(BigDecimal.valueOf(200 + random.nextInt(300), 2)),
                    edge(EDGE_DATES, i, 7).orElse(delivery.toString()),
                    edge(EDGE_DATES, i, 11).orElse(payment.toString())));
        }
        return orders;
    }

    /** {@return a moment up to {@code days} days later, but never after the last day} */
    LocalDateTime later(LocalDateTime time, int days) {
        LocalDateTime end = LAST_DAY.atTime(18, 0);
        LocalDateTime later = time.plus(random.nextLong(1, days * 86_400_000L), ChronoUnit.MILLIS);
        return later.isBefore(end) || time.isAfter(end) ? later : end;
    }

    private List<LocalDateTime> creationTimes(int count) {
        List<LocalDateTime> times = new ArrayList<>(EDGE_TIMES);
        long days = ChronoUnit.DAYS.between(FIRST_DAY, LAST_DAY);
        while (times.size() < count) {
            long day = random.nextLong(days + 1);
            LocalDate date = FIRST_DAY.plusDays(day);
            if (random.nextDouble() < busyness(date) * (0.4 + 0.6 * day / days)) {
                // The mean of two draws: most orders come around one o'clock, hardly any at eight or six.
                long millisecond = (random.nextLong(36_000_000) + random.nextLong(36_000_000)) / 2;
                times.add(date.atTime(8, 0).plus(millisecond, ChronoUnit.MILLIS));
            }
        }
        return times.stream().sorted().collect(Collectors.toList());
    }

    /** {@return how likely an order is on this day, 1 for the busiest} */
    private static double busyness(LocalDate date) {
        double season = switch (date.getMonth()) {
            case NOVEMBER, DECEMBER -> 1.0;
            case OCTOBER, MARCH, APRIL -> 0.7;
            case MAY, JUNE, SEPTEMBER -> 0.55;
            case JULY, AUGUST, FEBRUARY -> 0.4;
            case JANUARY -> 0.3;
        };
        boolean weekend = date.getDayOfWeek() == DayOfWeek.SATURDAY || date.getDayOfWeek() == DayOfWeek.SUNDAY;
        return weekend ? season * 0.15 : season;
    }

    /** {@return each edge value exactly once: to the first twenty orders the first, to the next twenty the second …} */
    private static <T> Optional<T> edge(List<T> edges, int index, int place) {
        return index % 20 == place && index / 20 < edges.size() ? Optional.of(edges.get(index / 20)) : Optional.empty();
    }
}
