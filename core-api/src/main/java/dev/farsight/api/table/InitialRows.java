package dev.farsight.api.table;

import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.memory.RowSeeds;
import dev.farsight.api.random.CounterRandom;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * The value of a row before its first update: a pure function of (seed, generation, table, index),
 * so that rows never written need no storage and every backend draws the same bits. The
 * <em>generation</em> counts how often all rows were drawn anew, from 0. Drawing rows anew touches
 * no row: they become rows never written of the next generation.
 *
 * <p>Weights are drawn as the table's {@link Draw} says, and {@linkplain HalfPrecision rounded to
 * nearest} where they have 16 bits; optimizer state has the start values of the {@linkplain
 * RowFormat format}. Integers have 32 or 64 bits and wrap; {@code >>>} is the logical shift:
 *
 * <pre>
 * s    = seed                                                   in generation 0
 *      = mix64(~seed + 0x9E3779B97F4A7C15 * generation)         in later ones
 * key  = mix64(mix64(s + 0x9E3779B97F4A7C15 * (table + 1)) + 0x9E3779B97F4A7C15 * (index + 1))
 * h(i) = mix32((low32(key) + i * 0x9E3779B9) ^ high32(key))
 *
 * uniform:  u    = h(d) >>> 8                           24 bits, exact in a float
 *           w[d] = (u * 2^-23 - 1) * scale              one rounding, no FMA
 *
 * normal:   n    = sum of the lower and the upper 16 bits of h(6 d) .. h(6 d + 5)
 *           w[d] = (2 n - 12 * 65535) * 2^-17 * scale   one rounding
 *
 * mix64(z): z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9   (SplitMix64's finalizer)
 *           z = (z ^ (z >>> 27)) * 0x94D049BB133111EB;  z ^ (z >>> 31)
 * mix32(h): h = (h ^ (h >>> 16)) * 0x85EBCA6B           (MurmurHash3's finalizer)
 *           h = (h ^ (h >>> 13)) * 0xC2B2AE35;          h ^ (h >>> 16)
 * </pre>
 *
 * <p>Safe for concurrent use. A row costs O(dim). A thread allocates memory for its first row only.
 *
 * <p>The loops are written so that Java 17 compiles them to vector instructions, which it does not
 * do for conversions from int to float. So the bits of a float of the same value are composed and
 * then read through a buffer. With {@code u = 2 m + b}, {@code 0x40000000 | m} is the float {@code
 * 2 + m 2^-22}, and {@code u 2^-23 - 1} is {@code (2 + m 2^-22) - 3 + b 2^-23}, each step exact.
 */
public final class InitialRows {

  private static final long GOLDEN_64 = 0x9E3779B97F4A7C15L;
  private static final int GOLDEN_32 = 0x9E3779B9;

  /** Bits of 2f and of 2^-23 as float. */
  private static final int TWO = 0x40000000;

  private static final int TWO_TO_MINUS_23 = 0x34000000;

  private final TableSet tables;
  private final RowFormat format;
  private final long seed;
  private final int generation;
  private final float[] stateStart;
  private final long[] tableKeys;
  private final List<Draw> draws;

  /** Multiples of GOLDEN_32, one per weight. */
  private final int[] steps;

  private final ThreadLocal<Scratch> scratch;

  /** Null if a row is drawn by its own table and index. */
  private final Renumbering renumbering;

  /** Which rows the rows are drawn as. */
  private static final class Renumbering {

    /** The rows by their own ids, in any generation. */
    private final InitialRows original;

    /** From a row id here to the own one. */
    private final LongUnaryOperator rowOf;

    /** The number of each table among the original ones. */
    private final int[] tables;

    Renumbering(InitialRows original, LongUnaryOperator rowOf, int[] tables) {
      this.original = original;
      this.rowOf = rowOf;
      this.tables = tables;
    }
  }

  /** Working memory of a thread, for one row. */
  private static final class Scratch {
    private final int[] upperBits;
    private final int[] lowestBits;
    private final IntBuffer bits;
    private final FloatBuffer floats;
    private final float[] upper;
    private final float[] lowest;
    private final float[] weights;
    private final RowWeights rows;

    Scratch(RowFormat format) {
      int dim = format.dim();
      rows = new RowWeights(format);
      upperBits = new int[dim];
      lowestBits = new int[dim];
      var memory = ByteBuffer.allocateDirect(2 * dim * Float.BYTES).order(ByteOrder.nativeOrder());
      bits = memory.asIntBuffer();
      floats = memory.asFloatBuffer();
      upper = new float[dim];
      lowest = new float[dim];
      weights = new float[dim];
    }
  }

  /** The rows of generation 0. */
  public InitialRows(TableSet tables, RowFormat format, long seed) {
    this(tables, format, seed, 0);
  }

  /** Rows drawn uniformly, as {@link Draw#uniform} has it. */
  public InitialRows(TableSet tables, RowFormat format, long seed, int generation) {
    this(tables, format, uniform(tables), seed, generation);
  }

  /**
   * @param draws how the weights of each table are drawn
   */
  public InitialRows(
      TableSet tables, RowFormat format, List<Draw> draws, long seed, int generation) {
    this(tables, format, draws, seed, generation, null);
  }

  private InitialRows(
      TableSet tables,
      RowFormat format,
      List<Draw> draws,
      long seed,
      int generation,
      Renumbering renumbering) {
    if (draws.size() != tables.size()) {
      throw new IllegalArgumentException(draws.size() + " draws for " + tables.size() + " tables");
    }
    if (generation < 0) {
      throw new IllegalArgumentException("generation " + generation + "; at least 0 is needed");
    }
    this.tables = tables;
    this.format = format;
    this.seed = seed;
    this.generation = generation;
    this.renumbering = renumbering;
    this.stateStart = format.stateStart();
    long generationSeed = generation == 0 ? seed : mix64(~seed + GOLDEN_64 * generation);
    this.tableKeys = new long[tables.size()];
    this.draws = List.copyOf(draws);
    this.steps = new int[format.dim()];
    for (int d = 0; d < steps.length; d++) {
      steps[d] = d * GOLDEN_32;
    }
    this.scratch = ThreadLocal.withInitial(() -> new Scratch(format));
    for (int t = 0; t < tables.size(); t++) {
      int drawnAs = renumbering == null ? t : renumbering.tables[t];
      tableKeys[t] = mix64(generationSeed + GOLDEN_64 * (drawnAs + 1));
    }
  }

  /** How tables are drawn unless they are told otherwise. */
  public static List<Draw> uniform(TableSet tables) {
    return tables.tables().stream().map(Draw::uniform).toList();
  }

  public TableSet tables() {
    return tables;
  }

  public RowFormat format() {
    return format;
  }

  /** How the weights of each table are drawn. */
  public List<Draw> draws() {
    return draws;
  }

  public long seed() {
    return seed;
  }

  /** How often the rows were drawn anew. */
  public int generation() {
    return generation;
  }

  /** The same rows in another generation. */
  public InitialRows ofGeneration(int other) {
    return new InitialRows(tables, format, draws, seed, other, renumbering);
  }

  /**
   * Some of these rows, under other row ids: row r has the value that row {@code originalRow(r)}
   * has here, in every generation. For a store that holds a part of the rows, numbered without
   * gaps. A row costs one call of {@code originalRow} more.
   *
   * @param some tables of these names, in any order, each with so many of its rows as are taken
   * @param originalRow from a row id of {@code some} to the row id here, in the table of the same
   *     name; called from several threads at once
   * @throws IllegalArgumentException if there is no such table, or if its first or last row is in
   *     another one
   */
  public InitialRows renumbered(TableSet some, LongUnaryOperator originalRow) {
    if (renumbering != null) {
      LongUnaryOperator first = renumbering.rowOf;
      return renumbering
          .original
          .ofGeneration(generation)
          .renumbered(some, row -> first.applyAsLong(originalRow.applyAsLong(row)));
    }
    var originals = new int[some.size()];
    var drawn = new Draw[some.size()];
    for (int t = 0; t < originals.length; t++) {
      originals[t] = tables.find(some.get(t).name());
      requireInTable(originals[t], some.get(t), originalRow.applyAsLong(some.offset(t)));
      requireInTable(originals[t], some.get(t), originalRow.applyAsLong(some.offset(t + 1) - 1));
      drawn[t] = draws.get(originals[t]);
    }
    return new InitialRows(
        some,
        format,
        List.of(drawn),
        seed,
        generation,
        new Renumbering(this, originalRow, originals));
  }

  private void requireInTable(int original, Table table, long originalRow) {
    if (original < 0
        || originalRow < tables.offset(original)
        || originalRow >= tables.offset(original + 1)) {
      throw new IllegalArgumentException(
          "a row of table " + table.name() + " is to be row " + originalRow + ", of another table");
    }
  }

  /**
   * Writes a row (weights and state) to {@code target} from position {@code targetWord} on
   * (absolute, in 4-byte words).
   *
   * @throws IndexOutOfBoundsException for a row id outside the tables
   */
  public void fill(long rowId, FloatBuffer target, int targetWord) {
    int table = tables.tableOf(rowId);
    fill(table, tables.indexOf(table, rowId), target, targetWord);
  }

  /** As {@link #fill(long, FloatBuffer, int)} for a row whose table is known. */
  public void fill(int table, int index, FloatBuffer target, int targetWord) {
    scratch.get().rows.putNearest(target, targetWord, weights(table, index));
    target.put(targetWord + format.stateWord(), stateStart);
  }

  /**
   * Writes a row to row {@code targetRow} of a buffer. If the buffer {@linkplain RowBuffer#seeds
   * takes seeds}, writes the row's seed instead.
   */
  public void fill(long rowId, RowBuffer target, int targetRow) {
    int table = tables.tableOf(rowId);
    fill(table, tables.indexOf(table, rowId), target, targetRow);
  }

  /** As {@link #fill(long, RowBuffer, int)} for a row whose table is known. */
  public void fill(int table, int index, RowBuffer target, int targetRow) {
    RowSeeds seeds = target.seeds();
    if (seeds == null) {
      fill(table, index, target.floats(targetRow), target.wordAt(targetRow));
    } else {
      seeds.set(targetRow, key(table, index), draws.get(table));
    }
  }

  private long key(int table, int index) {
    long drawnAs = renumbering == null ? index : originalIndex(table, index);
    return mix64(tableKeys[table] + GOLDEN_64 * (drawnAs + 1));
  }

  private long originalIndex(int table, int index) {
    long row = renumbering.rowOf.applyAsLong(tables.rowId(table, index));
    return row - renumbering.original.tables.offset(renumbering.tables[table]);
  }

  /** As {@link #fill(int, int, FloatBuffer, int)} into an array. */
  public void fill(int table, int index, float[] target, int targetWord) {
    fill(table, index, FloatBuffer.wrap(target), targetWord);
  }

  /** Draws a row's weights; the array is the thread's scratch. */
  private float[] weights(int table, int index) {
    Scratch row = scratch.get();
    long key = key(table, index);
    Draw draw = draws.get(table);
    if (draw.law() == Draw.Law.NORMAL) {
      normal(key, draw.scale(), row.weights);
      return row.weights;
    }
    bits((int) key, (int) (key >>> 32), steps, row.upperBits, row.lowestBits);
    row.bits.put(0, row.upperBits).put(steps.length, row.lowestBits);
    row.floats.get(0, row.upper).get(steps.length, row.lowest);
    scale(row.upper, row.lowest, draw.scale(), row.weights);
    return row.weights;
  }

  private static void normal(long key, float scale, float[] weights) {
    for (int d = 0; d < weights.length; d++) {
      weights[d] = CounterRandom.normal(key, 6 * d) * scale;
    }
  }

  private static void bits(int low, int high, int[] steps, int[] upper, int[] lowest) {
    for (int d = 0; d < steps.length; d++) {
      int h = mix32((low + steps[d]) ^ high);
      upper[d] = TWO | h >>> 9;
      lowest[d] = -(h >>> 8 & 1) & TWO_TO_MINUS_23;
    }
  }

  private static void scale(float[] upper, float[] lowest, float bound, float[] weights) {
    for (int d = 0; d < weights.length; d++) {
      weights[d] = (upper[d] - 3f + lowest[d]) * bound;
    }
  }

  /** SplitMix64's finalizer: a bijection of 64 bits. */
  public static long mix64(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** MurmurHash3's finalizer: a bijection of 32 bits. */
  public static int mix32(int h) {
    h = (h ^ (h >>> 16)) * 0x85EBCA6B;
    h = (h ^ (h >>> 13)) * 0xC2B2AE35;
    return h ^ (h >>> 16);
  }
}
