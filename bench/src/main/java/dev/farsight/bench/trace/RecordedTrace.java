package dev.farsight.bench.trace;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A trace that {@code trace record} wrote ({@link TraceFormat}), read block by block. */
final class RecordedTrace implements Trace {

  /** Lookups of a batch that may be allocated whatever the file holds. */
  private static final int FEW_LOOKUPS = 1 << 20;

  private final Path file;
  private final TraceHeader header;
  private final int batchSize;

  private RecordedTrace(Path file, TraceHeader header, int batchSize) {
    this.file = file;
    this.header = header;
    this.batchSize = batchSize;
  }

  /** Whether the file begins as a recorded trace does. */
  static boolean recognises(Path file) {
    try (var in = new TraceInput(file)) {
      byte[] magic = new byte[Long.BYTES];
      return in.read(magic, magic.length) == magic.length
          && ByteBuffer.wrap(magic).getLong() == TraceFormat.MAGIC;
    }
  }

  /**
   * Reads the file once, without unpacking it: one that is cut off or damaged is refused before any
   * work on it begins.
   */
  static RecordedTrace open(Path file) {
    try (var in = new TraceInput(file)) {
      TraceHeader header = TraceHeader.read(in);
      long most = mostSamples(new TraceBlocks(in, header));
      return new RecordedTrace(file, header, batchSize(header, most));
    }
  }

  /** Samples of the largest phase. */
  private static long mostSamples(TraceBlocks blocks) {
    long most = 0;
    long inPhase = 0;
    TracePhase phase = null;
    while (blocks.next()) {
      inPhase = blocks.phase().equals(phase) ? inPhase + blocks.samples() : blocks.samples();
      phase = blocks.phase();
      most = Math.max(most, inPhase);
    }
    return most;
  }

  /**
   * As recorded, but not so large that memory is taken for samples that no phase has: the number in
   * the header may be anything.
   */
  private static int batchSize(TraceHeader header, long mostSamples) {
    long most = Math.max(mostSamples, Math.max(1, FEW_LOOKUPS / header.schema().features().size()));
    return (int) Math.min(header.batchSize(), most);
  }

  @Override
  public String name() {
    return file.toString();
  }

  @Override
  public BatchSchema schema() {
    return header.schema();
  }

  @Override
  public int batchSize() {
    return batchSize;
  }

  @Override
  public int rowBytes() {
    return header.rowBytes();
  }

  @Override
  public Batch newBatch(int batchSize) {
    BatchSchema schema = header.schema();
    boolean bags = !schema.oneHot();
    return Traces.newBatch(name(), bags ? BagRoom.schema(file, batchSize) : schema, batchSize);
  }

  @Override
  public TracePass open(int batchSize) {
    return new RecordedPass(file, batchSize);
  }
}
