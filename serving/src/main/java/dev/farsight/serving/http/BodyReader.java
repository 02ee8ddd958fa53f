package dev.farsight.serving.http;

import dev.farsight.serving.request.BodyBudget;
import dev.farsight.serving.request.BodyLimits;
import dev.farsight.serving.request.Reason;
import dev.farsight.serving.request.Refusal;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Reads the body of a request as it arrives, without holding a thread. Bodies that are too large,
 * or that take too long, are refused, and so are those that are too much beside the bodies of other
 * requests.
 */
final class BodyReader {

  /** Is told once, by any thread. */
  interface Reader {

    void read(Body body);

    void refused(Refusal why);
  }

  private final Request request;
  private final Body body;
  private final BodyBudget.Share share;
  private final int mostBytes;
  private final Reader reader;
  private final AtomicBoolean told = new AtomicBoolean();
  private Scheduler.Task timeout;

  private BodyReader(
      Request request, Body body, BodyBudget.Share share, int mostBytes, Reader reader) {
    this.request = request;
    this.body = body;
    this.share = share;
    this.mostBytes = mostBytes;
    this.reader = reader;
  }

  /**
   * @param body receives the bytes
   * @param share counts them
   */
  static void read(
      Request request, Body body, BodyBudget.Share share, BodyLimits limits, Reader reader) {
    var reading = new BodyReader(request, body, share, limits.mostBytes(), reader);
    if (request.getLength() > limits.mostBytes()) {
      reading.refuse(reading.tooLarge());
      return;
    }
    reading.timeout =
        request
            .getComponents()
            .getScheduler()
            .schedule(reading::tooSlow, limits.longest().toMillis(), TimeUnit.MILLISECONDS);
    reading.readSome();
  }

  private void readSome() {
    while (!told.get()) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this::readSome);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        refuse(new Refusal(Reason.CANCELLED, "the body ended too early"));
        return;
      }
      boolean last = chunk.isLast();
      Refusal refusal = take(chunk);
      chunk.release();
      if (refusal != null) {
        refuse(refusal);
      } else if (last) {
        finish();
      }
    }
  }

  /** Returns why the bytes are not taken; null if they are. */
  private Refusal take(Content.Chunk chunk) {
    if (body.length() + (long) chunk.remaining() > mostBytes) {
      return tooLarge();
    }
    try {
      share.add(chunk.remaining());
    } catch (Refusal e) {
      return e;
    }
    body.write(chunk.getByteBuffer());
    return null;
  }

  private void finish() {
    timeout.cancel();
    if (told.compareAndSet(false, true)) {
      reader.read(body);
    }
  }

  private void tooSlow() {
    refuse(new Refusal(Reason.TOO_SLOW, "the body did not arrive in time"));
  }

  private Refusal tooLarge() {
    return new Refusal(
        Reason.TOO_LARGE,
        "the body is larger than " + mostBytes + " bytes; send fewer samples at once");
  }

  private void refuse(Refusal why) {
    if (timeout != null) {
      timeout.cancel();
    }
    if (told.compareAndSet(false, true)) {
      reader.refused(why);
    }
  }
}
