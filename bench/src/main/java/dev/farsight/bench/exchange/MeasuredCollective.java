package dev.farsight.bench.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveException;
import dev.farsight.api.internal.DurableFiles;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.time.Duration;

/**
 * An end of a group whose operations are timed. Before each of them all ranks meet in a barrier, so
 * that the wait for the slowest is told apart from what moving the values takes; that costs a
 * message each way. What an operation is for follows from its kind: floats go to all others forward
 * first, then backward, until a sum ends the step. The figures are written when the end is closed.
 */
final class MeasuredCollective implements Collective {

  private final Collective measured;
  private final ExchangeFigures figures;
  private final Path file;
  private boolean forward = true;
  private boolean closed;

  MeasuredCollective(Collective measured, ExchangeFigures figures, Path file) {
    this.measured = measured;
    this.figures = figures;
    this.file = file;
  }

  private long meet() {
    measured.barrier();
    return System.nanoTime();
  }

  private long others(int[] starts) {
    int rank = measured.rank();
    return (long) starts[measured.ranks()] - (starts[rank + 1] - starts[rank]);
  }

  @Override
  public int rank() {
    return measured.rank();
  }

  @Override
  public int ranks() {
    return measured.ranks();
  }

  @Override
  public String name(int rank) {
    return measured.name(rank);
  }

  @Override
  public void allToAllv(
      FloatBuffer send, int[] sendStarts, FloatBuffer receive, int[] receiveStarts) {
    long begun = System.nanoTime();
    long met = meet();
    measured.allToAllv(send, sendStarts, receive, receiveStarts);
    figures.add(
        forward ? Exchanged.ROWS : Exchanged.GRADIENTS,
        others(sendStarts) * Float.BYTES,
        others(receiveStarts) * Float.BYTES,
        begun,
        met,
        System.nanoTime());
    forward = false;
  }

  @Override
  public void allToAllv(IntBuffer send, int[] sendStarts, IntBuffer receive, int[] receiveStarts) {
    measured.allToAllv(send, sendStarts, receive, receiveStarts);
  }

  /** The numbers of ids that follow. */
  @Override
  public void allToAllv(
      LongBuffer send, int[] sendStarts, LongBuffer receive, int[] receiveStarts) {
    long begun = System.nanoTime();
    long met = meet();
    measured.allToAllv(send, sendStarts, receive, receiveStarts);
    ids(Long.BYTES, sendStarts, receiveStarts, begun, met);
  }

  @Override
  public void allToAllv(
      ByteBuffer send, int[] sendStarts, ByteBuffer receive, int[] receiveStarts) {
    long begun = System.nanoTime();
    long met = meet();
    measured.allToAllv(send, sendStarts, receive, receiveStarts);
    ids(Byte.BYTES, sendStarts, receiveStarts, begun, met);
    figures.endStep(System.nanoTime());
  }

  private void ids(int bytes, int[] sendStarts, int[] receiveStarts, long begun, long met) {
    long sent = others(sendStarts) * bytes;
    long received = others(receiveStarts) * bytes;
    figures.add(Exchanged.IDS, sent, received, begun, met, System.nanoTime());
  }

  @Override
  public void reduceScatter(FloatBuffer values, int[] starts, FloatBuffer own) {
    measured.reduceScatter(values, starts, own);
  }

  /** Each rank sends its piece to every other one. */
  @Override
  public void allGather(FloatBuffer own, FloatBuffer all, int[] starts) {
    long begun = System.nanoTime();
    long met = meet();
    measured.allGather(own, all, starts);
    int rank = measured.rank();
    long piece = (long) starts[rank + 1] - starts[rank];
    figures.add(
        Exchanged.REPLICATED,
        piece * (measured.ranks() - 1) * Float.BYTES,
        others(starts) * Float.BYTES,
        begun,
        met,
        System.nanoTime());
  }

  /** Ends a step. Counted as pieces that are summed and gathered. */
  @Override
  public void allReduce(FloatBuffer values, int count) {
    long begun = System.nanoTime();
    long met = meet();
    measured.allReduce(values, count);
    long ended = System.nanoTime();
    long bytes = 2L * Float.BYTES * count * (measured.ranks() - 1) / measured.ranks();
    figures.add(Exchanged.DENSE, bytes, bytes, begun, met, ended);
    figures.endStep(ended);
    forward = true;
  }

  @Override
  public void allReduce(double[] values, int count) {
    measured.allReduce(values, count);
  }

  @Override
  public void allReduceMax(long[] values, int count) {
    measured.allReduceMax(values, count);
  }

  @Override
  public void broadcast(ByteBuffer bytes, int count, int root) {
    measured.broadcast(bytes, count, root);
  }

  @Override
  public void barrier() {
    measured.barrier();
  }

  @Override
  public Duration timeout() {
    return measured.timeout();
  }

  @Override
  public void patience(Duration longest) {
    measured.patience(longest);
  }

  @Override
  public CollectiveException failure() {
    return measured.failure();
  }

  @Override
  public void abort(String reason) {
    measured.abort(reason);
  }

  @Override
  public void close() {
    measured.close();
    if (closed) {
      return;
    }
    closed = true;
    String json =
        ConfigValueFactory.fromMap(figures.json())
            .render(ConfigRenderOptions.concise().setFormatted(true));
    DurableFiles.write(file, out -> out.write(json.getBytes(UTF_8)));
  }
}
