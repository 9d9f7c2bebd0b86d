package com.terrifictotes.etl.transform;

import java.util.Arrays;

/** Where the row of each key is. A hash table of primitives: 16 to 32 bytes for each key, 12 of them used. */
final class KeyIndex {

    /** What is given for a key that is not there. */
    static final long ABSENT = -1;

    private static final int FIRST_SLOTS = 64;

    /** Powers of two long, at most three quarters full. */
    private int[] keys = new int[FIRST_SLOTS];

    private long[] positions = empty(FIRST_SLOTS);
    private int size;

    /** Puts a key, or moves it. */
    void put(int key, long position) {
        if (size >= keys.length / 4 * 3) {
            grow();
        }
        int slot = slot(key);
        size += positions[slot] == ABSENT ? 1 : 0;
        keys[slot] = key;
        positions[slot] = position;
    }

    /** Where the row of a key is, {@link #ABSENT} if there is none. */
    long find(int key) {
        return positions[slot(key)];
    }

    private int slot(int key) {
        int mask = keys.length - 1;
        // The high bits of a product with the golden ratio: neighbours lie apart.
        int slot = ((key * 0x9E37_79B1) >>> 7) & mask;
        while (positions[slot] != ABSENT && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        int[] oldKeys = keys;
        long[] oldPositions = positions;
        keys = new int[2 * oldKeys.length];
        positions = empty(keys.length);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldPositions[i] != ABSENT) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                positions[slot] = oldPositions[i];
            }
        }
    }

    private static long[] empty(int slots) {
        long[] positions = new long[slots];
        Arrays.fill(positions, ABSENT);
        return positions;
    }
}
