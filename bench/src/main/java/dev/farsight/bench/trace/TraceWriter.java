package dev.farsight.bench.trace;

import static dev.farsight.bench.trace.TraceFormat.BLOCK_HEADER;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.Zstd;
import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Writes a recorded trace ({@link TraceFormat}). The file has its name only once {@link #finish}
 * has ended it; closed before, nothing is left. Holds one block, some MiB. One thread.
 */
final class TraceWriter implements AutoCloseable {

  private static final int ZSTD_LEVEL = 6;

  private final Path file;
  private final Path unfinished;
  private final TableSet tables;
  private final OutputStream out;
  private final int[][] columns;
  private final byte[] raw;
  private final byte[] packed;
  private int samples;
  private TracePhase phase;
  private long samplesInAll;
  private long bytes;
  private boolean finished;

  TraceWriter(Path file, TableSet tables, int batchSize, int rowBytes) {
    this.file = file;
    this.tables = tables;
    unfinished = file.resolveSibling(file.getFileName() + ".part");
    int most = TraceFormat.blockSamples(tables);
    columns = new int[tables.size()][most];
    raw = new byte[most * TraceFormat.sampleBytes(tables)];
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
      data.writeInt(tables.size());
      for (Table table : tables.tables()) {
        byte[] name = table.name().getBytes(UTF_8);
        data.writeInt(table.rows());
        data.writeInt(name.length);
        data.write(name);
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

  /** Appends a batch of a phase; phases come in the order of their numbers. */
  void add(Batch batch, TracePhase phase) {
    if (samples > 0 && !phase.equals(this.phase)) {
      writeBlock();
    }
    this.phase = phase;
    int done = 0;
    while (done < batch.samples()) {
      int part = Math.min(batch.samples() - done, columns[0].length - samples);
      for (int t = 0; t < columns.length; t++) {
        System.arraycopy(batch.indices(t), done, columns[t], samples, part);
      }
      samples += part;
      done += part;
      if (samples == columns[0].length) {
        writeBlock();
      }
    }
  }

  private void writeBlock() {
    int length = 0;
    for (int t = 0; t < columns.length; t++) {
      length = planes(columns[t], TraceFormat.width(tables.get(t).rows()), length);
    }
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
            .putInt(samples)
            .putInt(phase.number())
            .putInt(phase.epoch())
            .put(phase.training() ? TraceFormat.TRAIN : TraceFormat.EVALUATE)
            .put((byte) (phase.updates() ? 1 : 0))
            .putInt(size);
    block.position(BLOCK_HEADER + size).putInt(crc(packed, BLOCK_HEADER + size));
    write(packed, block.position());
    samplesInAll += samples;
    samples = 0;
  }

  /**
   * Bytes of equal weight side by side: those of higher weight differ little, so they pack well.
   */
  private int planes(int[] column, int width, int from) {
    int to = from;
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
      for (int s = 0; s < samples; s++) {
        raw[to++] = (byte) (column[s] >>> shift);
      }
    }
    return to;
  }

  static int crc(byte[] bytes, int length) {
    var crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /** Ends the file and gives it its name, replacing an earlier one. */
  void finish() {
    if (samples > 0) {
      writeBlock();
    }
    byte[] end = ByteBuffer.allocate(TraceFormat.END_BYTES).putInt(0).putLong(samplesInAll).array();
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

  /** Samples written. */
  long samples() {
    return samplesInAll;
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
