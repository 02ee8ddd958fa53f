package dev.farsight.reading.internal.vocabulary;

import dev.farsight.api.internal.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Writes the values of a vocabulary, in its order, into a temporary file that is then mapped. */
final class VocabularyWriter implements AutoCloseable {

  private final Path folder = Path.of(System.getProperty("java.io.tmpdir"));
  private final FileChannel channel = SpillFile.temporary(folder);
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
  private long values;

  /** Values added. */
  long values() {
    return values;
  }

  void add(long value) {
    if (!buffer.hasRemaining()) {
      write();
    }
    buffer.putLong(value);
    values++;
  }

  private void write() {
    buffer.flip();
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw DurableFiles.failed(folder, "a vocabulary cannot be kept in a temporary file", e);
    }
    buffer.clear();
  }

  /** What was written. The mapping stays when the file is closed, and so deleted. */
  Vocabulary end() {
    write();
    try {
      return new Vocabulary(MappedValues.of(channel, 0, (int) values));
    } catch (IOException e) {
      throw DurableFiles.failed(folder, "a vocabulary cannot be mapped from a temporary file", e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw DurableFiles.failed(folder, "a temporary file cannot be closed", e);
    }
  }
}
