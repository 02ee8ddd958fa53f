package dev.farsight.watch;

import com.google.protobuf.CodedOutputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A file that TensorBoard reads: records of TFRecord, each an {@code Event} in the wire format of
 * protocol buffers. A record is its length (64 bits), the checksum of the length, the event, and
 * the checksum of the event; checksums are CRC32C, masked as TFRecord does. Not thread-safe.
 */
final class EventFile implements AutoCloseable {

  // Fields of the messages Event, Summary, Summary.Value and SessionLog.
  private static final int EVENT_WALL_TIME = 1;
  private static final int EVENT_STEP = 2;
  private static final int EVENT_FILE_VERSION = 3;
  private static final int EVENT_SUMMARY = 5;
  private static final int EVENT_SESSION_LOG = 7;
  private static final int SUMMARY_VALUE = 1;
  private static final int VALUE_TAG = 1;
  private static final int VALUE_SIMPLE = 2;
  private static final int SESSION_LOG_STATUS = 1;
  private static final int STATUS_START = 1;

  private static final int MASK = 0xa282ead8;
  private static final int MOST_EVENT_BYTES = 512;

  private final OutputStream out;
  private final byte[] event = new byte[MOST_EVENT_BYTES];
  private final byte[] inner = new byte[MOST_EVENT_BYTES];
  private final ByteBuffer frame = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
  private final CRC32C crc = new CRC32C();

  /** Creates the file, which must not exist. */
  EventFile(Path file, double wallTime) throws IOException {
    out =
        new BufferedOutputStream(
            Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    write(wallTime, 0, to -> to.writeString(EVENT_FILE_VERSION, "brain.Event:2"));
  }

  /** Fields of a message. */
  @FunctionalInterface
  private interface Fields {
    void write(CodedOutputStream to) throws IOException;
  }

  /**
   * Adds a point of a curve.
   *
   * @param wallTime seconds since 1970
   */
  void scalar(double wallTime, long step, String tag, float value) throws IOException {
    int valueBytes =
        CodedOutputStream.computeStringSize(VALUE_TAG, tag)
            + CodedOutputStream.computeFloatSize(VALUE_SIMPLE, value);
    byte[] summary =
        bytes(
            inner,
            to -> {
              to.writeTag(SUMMARY_VALUE, 2);
              to.writeUInt32NoTag(valueBytes);
              to.writeString(VALUE_TAG, tag);
              to.writeFloat(VALUE_SIMPLE, value);
            });
    write(wallTime, step, to -> to.writeByteArray(EVENT_SUMMARY, summary));
  }

  /** The run goes on from a checkpoint: readers forget the points of {@code step} and later. */
  void restarted(double wallTime, long step) throws IOException {
    byte[] log = bytes(inner, to -> to.writeEnum(SESSION_LOG_STATUS, STATUS_START));
    write(wallTime, step, to -> to.writeByteArray(EVENT_SESSION_LOG, log));
  }

  void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  private void write(double wallTime, long step, Fields content) throws IOException {
    byte[] record =
        bytes(
            event,
            to -> {
              to.writeDouble(EVENT_WALL_TIME, wallTime);
              to.writeInt64(EVENT_STEP, step);
              content.write(to);
            });
    frame.clear().putLong(record.length);
    frame.putInt(masked(frame.array(), Long.BYTES));
    out.write(frame.array(), 0, frame.position());
    out.write(record);
    frame.clear().putInt(masked(record, record.length));
    out.write(frame.array(), 0, frame.position());
  }

  private static byte[] bytes(byte[] room, Fields fields) throws IOException {
    CodedOutputStream to = CodedOutputStream.newInstance(room);
    fields.write(to);
    return Arrays.copyOf(room, to.getTotalBytesWritten());
  }

  private int masked(byte[] bytes, int length) {
    crc.reset();
    crc.update(bytes, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }
}
