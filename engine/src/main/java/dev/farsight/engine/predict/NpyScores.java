package dev.farsight.engine.predict;

import dev.farsight.api.data.FieldTexts;
import dev.farsight.api.export.ScoreWriter;
import dev.farsight.api.internal.npy.NpyHeader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Probabilities, or logits, as one array of float32. How many there are is known at the end; the
 * header is as long whatever it is, and is written over then.
 */
final class NpyScores implements ScoreWriter {

  private final FileChannel channel;
  private final OutputStream out;
  private final boolean logits;
  private final ByteBuffer value = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private long count;

  NpyScores(Path file, Columns columns) throws IOException {
    this.logits = columns.logits();
    this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    this.out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
    out.write(NpyHeader.write(NpyHeader.FLOAT32, List.of(0L)));
  }

  @Override
  public void write(FieldTexts texts, float[] logitOf, float[] probabilityOf, int samples)
      throws IOException {
    float[] values = logits ? logitOf : probabilityOf;
    for (int s = 0; s < samples; s++) {
      out.write(value.putFloat(0, values[s]).array());
    }
    count += samples;
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      out.flush();
      ByteBuffer header = ByteBuffer.wrap(NpyHeader.write(NpyHeader.FLOAT32, List.of(count)));
      for (long at = 0; header.hasRemaining(); at = header.position()) {
        channel.write(header, at);
      }
    }
  }
}
