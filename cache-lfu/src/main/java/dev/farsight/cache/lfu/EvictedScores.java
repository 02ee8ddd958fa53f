package dev.farsight.cache.lfu;

import dev.farsight.api.cache.SlotBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Scores of rows while they are not resident, as exactly as memory allows. */
interface EvictedScores {

  /** Most rows of one call; what is read for them fits the fastest cache. */
  int BLOCK = 128;

  /** Keeps the scores of rows that leave: {@code scores[i]} is that of row {@code from + i}. */
  void put(SlotBatch rows, int from, int count, long[] scores, long now);

  /** Takes out the scores of rows that come; {@link Scores#NONE} for those not known. */
  void take(SlotBatch rows, int from, int count, long[] scores, long now);

  /** Forgets all. */
  void reset();

  void save(DataOutput out) throws IOException;

  void restore(DataInput in) throws IOException;
}
