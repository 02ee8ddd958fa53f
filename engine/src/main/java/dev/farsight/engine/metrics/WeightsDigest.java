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
 * SHA-256 of all weights. The input is: the SHA-256 of each chunk of 65,536 rows (weights and
 * optimizer state), in order of row ids; then the dense parameters and their optimizer state. All
 * values are little-endian float32. Equal weights give equal digests, with any row store and
 * backend.
 *
 * <p>Reads every row once. Chunks are hashed in parallel; each thread has a buffer of one chunk.
 */
public final class WeightsDigest {

  private static final int CHUNK_ROWS = 65_536;

  private WeightsDigest() {}

  /** The digest of a store and dense parameters, in hexadecimal. The store must be flushed. */
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
    int count = (int) ((rows + CHUNK_ROWS - 1) / CHUNK_ROWS);
    byte[][] digests = new byte[count][];
    int maxRows = (int) Math.min(rows, CHUNK_ROWS);
    var hashers = new ChunkHasher[workers.threads()];
    for (int w = 0; w < hashers.length; w++) {
      hashers[w] = new ChunkHasher(store, maxRows);
    }
    workers.run(
        count,
        (chunk, worker) -> {
          long from = (long) chunk * CHUNK_ROWS;
          digests[chunk] = hashers[worker].digest(from, (int) Math.min(CHUNK_ROWS, rows - from));
        });
    return digests;
  }

  /** Hashes chunks, on one thread. */
  private static final class ChunkHasher {

    private final RowReader store;
    private final long[] ids;
    private final RowBuffer buffer;
    private final MessageDigest digest = Sha256.create();

    ChunkHasher(RowReader store, int rows) {
      this.store = store;
      ids = new long[rows];
      buffer = RowBuffer.allocate(store.spec().format(), rows, HostBuffers.plain());
    }

    byte[] digest(long from, int count) {
      for (int i = 0; i < count; i++) {
        ids[i] = from + i;
      }
      store.read(ids, 0, count, buffer, 0).await();
      // Rows are in native byte order. The only platform, linux-x86_64, is little-endian.
      digest.update(buffer.bytes().slice(0, count * store.spec().format().bytes()));
      return digest.digest();
    }
  }
}
