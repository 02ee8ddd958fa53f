package dev.farsight.bench.trace;

import static dev.farsight.bench.trace.TraceFormat.BLOCK_HEADER;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.Zstd;
import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.table.Table;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * Writes a recorded trace ({@link TraceFormat}). The file has its name only once {@link #finish}
 * has ended it; closed before, nothing is left. Holds one block, some MiB. One thread.
 */
final class TraceWriter implements AutoCloseable {

  private static final int ZSTD_LEVEL = 6;

  private final Path file;
  private final Path unfinished;
  private final BatchSchema schema;
  private final OutputStream out;
  private final BlockWriter block;
  private final byte[] raw;
  private final byte[] packed;
  private TracePhase phase;
  private long samples;
  private long lookups;
  private long bytes;
  private boolean finished;

  /**
   * @param schema of the batches that will be added
   */
  TraceWriter(Path file, BatchSchema schema, int batchSize, int rowBytes) {
    this.file = file;
    this.schema = schema;
    unfinished = file.resolveSibling(file.getFileName() + ".part");
    block = new BlockWriter(schema);
    raw = new byte[block.mostBytes()];
    packed = new byte[BLOCK_HEADER + (int) Zstd.compressBound(raw.length) + Integer.BYTES];
    try {
      if (file.getParent() != null) {
        Files.createDirectories(file.getParent());
      }
      // Always a new file: a symbolic link of that name must not lead the trace elsewhere.
      Files.deleteIfExists(unfinished);
      out = Files.newOutputStream(unfinished, StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw notWritable(e);
    }
    byte[] header = header(batchSize, rowBytes);
    write(header, header.length);
  }

  private byte[] header(int batchSize, int rowBytes) {
    var body = new ByteArrayOutputStream();
    try (var data = new DataOutputStream(body)) {
      data.writeInt(batchSize);
      data.writeInt(rowBytes);
      data.writeInt(schema.tables().size());
      for (Table table : schema.tables().tables()) {
        data.writeInt(table.rows());
        writeName(data, table.name());
      }
      data.writeInt(schema.lookupLimit());
      data.writeInt(schema.features().size());
      for (Feature feature : schema.features()) {
        data.writeInt(feature.table());
        data.writeInt(feature.minLookups());
        data.writeInt(feature.maxLookups());
        writeName(data, feature.name());
      }
    } catch (IOException e) {
      throw notWritable(e);
    }
    int length = TraceFormat.HEADER_START + body.size();
    var header =
        ByteBuffer.allocate(length + Integer.BYTES)
            .putLong(TraceFormat.MAGIC)
            .putShort((short) TraceFormat.VERSION)
            .putInt(body.size())
            .put(body.toByteArray());
    return header.putInt(crc(header.array(), length)).array();
  }

  private static void writeName(DataOutputStream data, String name) throws IOException {
    byte[] encoded = name.getBytes(UTF_8);
    data.writeInt(encoded.length);
    data.write(encoded);
  }

  /**
   * Appends a batch of a phase; phases come in the order of their numbers.
   *
   * @throws FarsightException if a sample has more lookups than a block can hold
   */
  void add(Batch batch, TracePhase phase) {
    if (block.samples() > 0 && !phase.equals(this.phase)) {
      writeBlock();
    }
    this.phase = phase;
    int done = 0;
    while (done < batch.samples()) {
      int part = block.room(batch, done);
      if (part > 0) {
        block.add(batch, done, part);
        done += part;
      } else if (block.samples() > 0) {
        writeBlock();
      } else {
        throw new FarsightException(
            String.format(
                Locale.ROOT,
                "%s: a sample has more than %d lookups, which no trace can hold; make its bags"
                    + " shorter",
                file,
                TraceFormat.blockNumbers(schema.features())));
      }
    }
    lookups += batch.lookups();
  }

  private void writeBlock() {
    int count = block.samples();
    int length = block.layOut(raw);
    int size =
        (int)
            Zstd.compressByteArray(
                packed,
                BLOCK_HEADER,
                packed.length - BLOCK_HEADER - Integer.BYTES,
                raw,
                0,
                length,
                ZSTD_LEVEL);
    var block =
        ByteBuffer.wrap(packed)
            .putInt(count)
            .putInt(phase.number())
            .putInt(phase.epoch())
            .put(phase.training() ? TraceFormat.TRAIN : TraceFormat.EVALUATE)
            .put((byte) (phase.updates() ? 1 : 0))
            .putInt(size);
    block.position(BLOCK_HEADER + size).putInt(crc(packed, BLOCK_HEADER + size));
    write(packed, block.position());
    samples += count;
  }

  static int crc(byte[] bytes, int length) {
    var crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /** Ends the file and gives it its name, replacing an earlier one. */
  void finish() {
    if (block.samples() > 0) {
      writeBlock();
    }
    byte[] end = ByteBuffer.allocate(TraceFormat.END_BYTES).putInt(0).putLong(samples).array();
    ByteBuffer.wrap(end).putInt(end.length - Integer.BYTES, crc(end, end.length - Integer.BYTES));
    write(end, end.length);
    try {
      out.close();
      Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
      finished = true;
    } catch (IOException e) {
      throw notWritable(e);
    }
  }

  private void write(byte[] from, int length) {
    try {
      out.write(from, 0, length);
      bytes += length;
    } catch (IOException e) {
      throw notWritable(e);
    }
  }

  private FarsightException notWritable(IOException e) {
    return DurableFiles.unwritable(file, e);
  }

  /** Samples written; all that were added once the trace is finished. */
  long samples() {
    return samples;
  }

  /** Lookups added. */
  long lookups() {
    return lookups;
  }

  /** Bytes of the file. */
  long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    if (!finished) {
      try {
        out.close();
        Files.deleteIfExists(unfinished);
      } catch (IOException e) {
        throw notWritable(e);
      }
    }
  }
}
