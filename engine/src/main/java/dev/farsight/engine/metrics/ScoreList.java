package dev.farsight.engine.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Scores as ints with the order of the floats, in chunks: there may be more than 2^31. Memory: 4
 * bytes a score, and up to a chunk of 4 MiB more. Not thread-safe.
 */
final class ScoreList {

  private static final int CHUNK = 1 << 20;
  private static final int FEW = 1 << 10;

  private final List<int[]> chunks = new ArrayList<>();

  /** Scores in the last chunk. */
  private int inLast;

  private int[] last = new int[FEW];

  ScoreList() {
    chunks.add(last);
  }

  void add(float score) {
    if (inLast == last.length) {
      extend();
    }
    last[inLast++] = sortable(score);
  }

  /** The first chunk grows, so that few scores take little memory. */
  private void extend() {
    if (last.length < CHUNK) {
      last = Arrays.copyOf(last, 2 * last.length);
      chunks.set(0, last);
    } else {
      last = new int[CHUNK];
      chunks.add(last);
      inLast = 0;
    }
  }

  /** Maps a float to an int with the same order; both zeros map to the same int. */
  static int sortable(float score) {
    int bits = Float.floatToIntBits(score + 0f);
    return bits < 0 ? bits ^ Integer.MAX_VALUE : bits;
  }

  /** How many scores there are. */
  long count() {
    return (chunks.size() - 1L) * CHUNK + inLast;
  }

  /** Sorts the scores, chunk by chunk. Reads them in order until others are added. O(n log n). */
  Ascending ascending() {
    for (int c = 0; c < chunks.size(); c++) {
      Arrays.parallelSort(chunks.get(c), 0, scoresIn(c));
    }
    return new Ascending();
  }

  private int scoresIn(int chunk) {
    return chunk == chunks.size() - 1 ? inLast : CHUNK;
  }

  /** Reads all scores in ascending order. */
  final class Ascending {

    private final PriorityQueue<Position> positions =
        new PriorityQueue<>(Comparator.comparingInt(Position::score));

    private Ascending() {
      for (int c = 0; c < chunks.size(); c++) {
        if (scoresIn(c) > 0) {
          positions.add(new Position(chunks.get(c), scoresIn(c)));
        }
      }
    }

    boolean hasNext() {
      return !positions.isEmpty();
    }

    /** The least score that was not taken. */
    int next() {
      return positions.peek().score();
    }

    /** Takes all scores that equal this one, which is not more than the next; returns how many. */
    long take(int score) {
      long taken = 0;
      while (hasNext() && next() == score) {
        Position position = positions.poll();
        taken += position.take(score);
        if (position.hasNext()) {
          positions.add(position);
        }
      }
      return taken;
    }
  }

  /** How far a sorted chunk was read. */
  private static final class Position {

    private final int[] chunk;
    private final int end;
    private int at;

    Position(int[] chunk, int end) {
      this.chunk = chunk;
      this.end = end;
    }

    boolean hasNext() {
      return at < end;
    }

    int score() {
      return chunk[at];
    }

    int take(int score) {
      int from = at;
      while (at < end && chunk[at] == score) {
        at++;
      }
      return at - from;
    }
  }

  /** Bytes of a number of scores, about. */
  static long heapBytes(long scores) {
    return Integer.BYTES * (scores + Math.min(scores, CHUNK) / 2);
  }
}
