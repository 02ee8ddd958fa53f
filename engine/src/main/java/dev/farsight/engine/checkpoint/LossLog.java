package dev.farsight.engine.checkpoint;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.engine.metrics.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Locale;

/**
 * The loss of every step of a run, as little-endian float32 in the order of the steps. All
 * checkpoints of a run share the file; each one knows how many losses belong to it, and their
 * SHA-256. So a checkpoint writes the losses since the one before, however long the run is.
 *
 * <p>A killed process leaves losses of steps that belong to no checkpoint. They are overwritten by
 * the run that resumes.
 */
final class LossLog {

  static final String NAME = "losses.bin";
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path file;

  /**
   * @param checkpoints the folder of the run's checkpoints
   */
  LossLog(Path checkpoints) {
    file = checkpoints.resolve(NAME);
  }

  /** Receives losses in the order of their steps. */
  @FunctionalInterface
  public interface Receiver {
    void add(float loss);
  }

  /**
   * Writes losses and forces them to disk.
   *
   * @param firstStep steps before the first of these losses
   */
  void write(long firstStep, float[] losses) {
    ByteBuffer bytes = buffer(Math.multiplyExact(losses.length, Float.BYTES));
    bytes.asFloatBuffer().put(losses);
    try (FileChannel channel = FileChannel.open(file, CREATE, WRITE)) {
      RowLog.writeFully(channel, bytes, firstStep * Float.BYTES);
      channel.force(true);
    } catch (IOException e) {
      throw DurableFiles.unwritable(file, e);
    }
  }

  /**
   * Checks the losses of the first steps.
   *
   * @throws FarsightException if there are fewer, or if their SHA-256 is another one
   */
  void check(long steps, String sha256) {
    MessageDigest digest = Sha256.create();
    forEachPart(0, steps, digest::update);
    if (!Sha256.hex(digest.digest()).equals(sha256)) {
      throw new FarsightException(
          file + ": is damaged: the SHA-256 of the first " + steps + " losses is wrong");
    }
  }

  /**
   * Reads losses.
   *
   * @param firstStep steps before the first loss to read
   * @throws FarsightException if the file has fewer losses
   */
  void read(long firstStep, long lastStep, Receiver receiver) {
    forEachPart(
        firstStep,
        lastStep,
        part -> {
          while (part.hasRemaining()) {
            receiver.add(part.getFloat());
          }
        });
  }

  /** Receives consecutive parts of the file. */
  @FunctionalInterface
  private interface PartReceiver {
    void accept(ByteBuffer part);
  }

  private void forEachPart(long firstStep, long lastStep, PartReceiver receiver) {
    if (firstStep == lastStep) {
      return;
    }
    ByteBuffer part = buffer(BUFFER_BYTES);
    long position = firstStep * Float.BYTES;
    long end = lastStep * Float.BYTES;
    try (FileChannel channel = FileChannel.open(file, READ)) {
      if (channel.size() < end) {
        throw new FarsightException(
            String.format(
                Locale.ROOT,
                "%s: is damaged: it has %d losses of %d",
                file,
                channel.size() / Float.BYTES,
                lastStep));
      }
      while (position < end) {
        part.clear().limit((int) Math.min(BUFFER_BYTES, end - position));
        while (part.hasRemaining()) {
          if (channel.read(part, position + part.position()) < 0) {
            throw new IOException("it was cut while it was being read");
          }
        }
        position += part.position();
        receiver.accept(part.flip());
      }
    } catch (NoSuchFileException e) {
      throw new FarsightException(file + ": is missing", e);
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
