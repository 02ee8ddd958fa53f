package dev.farsight.engine.metrics;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;

/**
 * SHA-256 of all weights: over the digests of chunks of 65,536 rows with their optimizer state, in
 * order of row ids, then over the dense parameters and theirs, all as little-endian float32. Equal
 * weights give equal digests whatever held them.
 *
 * <p>Reads every row once; chunks are hashed in parallel, each thread with a buffer of one chunk.
 */
public final class WeightsDigest {

  private static final int CHUNK = 65_536;

  private WeightsDigest() {}

  /** The digest of a flushed store and dense parameters, in hexadecimal. */
  public static String hex(RowReader store, DenseState dense, Workers workers) {
    MessageDigest all = Sha256.create();
    for (byte[] chunk : chunks(store, workers)) {
      all.update(chunk);
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

  private static byte[][] chunks(RowReader store, Workers workers) {
    long rows = store.spec().tables().rows();
    int count = (int) ((rows + CHUNK - 1) / CHUNK);
    byte[][] digests = new byte[count][];
    int most = (int) Math.min(rows, CHUNK);
    var scratch = new Scratch[workers.threads()];
    for (int w = 0; w < scratch.length; w++) {
      scratch[w] = new Scratch(store, most);
    }
    workers.run(
        count,
        (chunk, worker) -> {
          long from = (long) chunk * CHUNK;
          digests[chunk] = scratch[worker].digest(from, (int) Math.min(CHUNK, rows - from));
        });
    return digests;
  }

  /** What one thread needs. */
  private static final class Scratch {

    private final RowReader store;
    private final long[] ids;
    private final RowBuffer buffer;
    private final MessageDigest digest = Sha256.create();

    Scratch(RowReader store, int rows) {
      this.store = store;
      ids = new long[rows];
      buffer = RowBuffer.allocate(store.spec().format(), rows, HostBuffers.plain());
    }

    byte[] digest(long from, int count) {
      for (int i = 0; i < count; i++) {
        ids[i] = from + i;
      }
      store.read(ids, 0, count, buffer, 0).await();
      // Rows are in native order; linux-x86_64, the only platform, is little-endian.
      digest.update(buffer.bytes().slice(0, count * store.spec().format().bytes()));
      return digest.digest();
    }
  }
}
