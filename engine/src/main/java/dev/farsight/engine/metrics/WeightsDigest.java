package dev.farsight.engine.metrics;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.table.Draw;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * SHA-256 of all weights. The input is: the seed and the generation of initial values, which stand
 * for all rows that still have them; if they are not float32 or not drawn as usual, the name of the
 * precision, and of each table the name of the law and the bits of the scale; for each chunk of
 * 65,536 row ids with rows of other values, its number and the SHA-256 of these rows, each as its
 * id, weights and optimizer state; then the dense parameters and their optimizer state. Integers
 * are 64 bits, values float32, weights of 16 bits are hashed {@linkplain RowFormat as they are
 * stored}, all little-endian. Equal weights give equal digests, with any row store, cache and
 * backend.
 *
 * <p><b>Cost.</b> Reads the rows that were ever written. Chunks are hashed in parallel; each thread
 * has two buffers of one chunk.
 */
public final class WeightsDigest {

  private static final int CHUNK_ROWS = 65_536;

  private WeightsDigest() {}

  /** The digest of a store and dense parameters, in hexadecimal. The store must be flushed. */
  public static String hex(RowReader store, DenseState dense, Workers workers) {
    MessageDigest all = Sha256.create();
    InitialRows initial = store.spec().initial();
    all.update(littleEndian(initial.seed(), initial.generation()));
    addLayout(all, initial);
    byte[][] chunks = chunks(store, workers);
    for (int chunk = 0; chunk < chunks.length; chunk++) {
      if (chunks[chunk] != null) {
        all.update(littleEndian(chunk));
        all.update(chunks[chunk]);
      }
    }
    for (int p = 0; p < dense.parameters().size(); p++) {
      float[] values = new float[dense.parameters().get(p).size()];
      dense.read(p, values);
      ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      all.update(bytes);
    }
    return Sha256.hex(all.digest());
  }

  /** Adds what rows never written depend on, unless it is what every row of version 0.1 had. */
  private static void addLayout(MessageDigest all, InitialRows initial) {
    Precision precision = initial.format().precision();
    if (precision == Precision.FP32
        && initial.draws().equals(InitialRows.uniform(initial.tables()))) {
      return;
    }
    all.update(precision.configName().getBytes(StandardCharsets.US_ASCII));
    for (Draw draw : initial.draws()) {
      all.update(draw.law().configName().getBytes(StandardCharsets.US_ASCII));
      all.update(littleEndian(Float.floatToRawIntBits(draw.scale())));
    }
  }

  private static ByteBuffer littleEndian(long... values) {
    var bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return bytes;
  }

  /** The digest of each chunk; null if all its rows have their initial values. */
  private static byte[][] chunks(RowReader store, Workers workers) {
    long rows = store.spec().tables().rows();
    int count = Math.toIntExact((rows + CHUNK_ROWS - 1) / CHUNK_ROWS);
    byte[][] digests = new byte[count][];
    if (store.rowsHeld() == 0) {
      return digests;
    }
    var written = new RowBits(rows);
    store.written(0, rows, written);
    int maxRows = (int) Math.min(rows, CHUNK_ROWS);
    var hashers = new ChunkHasher[workers.threads()];
    for (int w = 0; w < hashers.length; w++) {
      hashers[w] = new ChunkHasher(store, written, maxRows);
    }
    workers.run(
        count,
        (chunk, worker) -> {
          long from = (long) chunk * CHUNK_ROWS;
          digests[chunk] = hashers[worker].digest(from, Math.min(rows, from + CHUNK_ROWS));
        });
    return digests;
  }

  /** Hashes chunks, on one thread. */
  private static final class ChunkHasher {

    private final RowReader store;
    private final RowBits written;
    private final long[] ids;
    private final RowBuffer values;
    private final RowBuffer initialValues;
    private final ByteBuffer id = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final MessageDigest digest = Sha256.create();

    ChunkHasher(RowReader store, RowBits written, int rows) {
      this.store = store;
      this.written = written;
      ids = new long[rows];
      values = RowBuffer.allocate(store.spec().format(), rows, HostBuffers.plain());
      initialValues = RowBuffer.allocate(store.spec().format(), 1, HostBuffers.plain());
    }

    /** Null if all rows have their initial values. */
    byte[] digest(long from, long to) {
      int count = 0;
      for (long row = written.next(from); row >= 0 && row < to; row = written.next(row + 1)) {
        ids[count++] = row;
      }
      if (count == 0) {
        return null;
      }
      store.read(ids, 0, count, values, 0).await();
      int bytes = store.spec().format().bytes();
      boolean different = false;
      for (int i = 0; i < count; i++) {
        // Rows are in native byte order. The only platform, linux-x86_64, is little-endian.
        ByteBuffer row = values.bytes().slice(i * bytes, bytes);
        store.spec().initial().fill(ids[i], initialValues, 0);
        if (row.mismatch(initialValues.bytes().slice(0, bytes)) >= 0) {
          different = true;
          digest.update(id.clear().putLong(ids[i]).flip());
          digest.update(row);
        }
      }
      return different ? digest.digest() : null;
    }
  }
}
