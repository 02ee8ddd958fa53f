package dev.farsight.serving.http;

import dev.farsight.serving.batch.Inference;
import dev.farsight.serving.batch.Scoring;
import dev.farsight.serving.request.InferRequest;
import dev.farsight.serving.request.Reason;
import dev.farsight.serving.request.Refusal;
import dev.farsight.serving.request.Samples;
import org.eclipse.jetty.server.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request for scores: its body is read and scored, and the scores are sent. */
final class InferExchange implements BodyReader.Reader, Inference.Answer {

  private static final Logger LOG = LoggerFactory.getLogger(InferExchange.class);
  private static final String JSON_LENGTH = "Inference-Header-Content-Length";

  private final Exchange exchange;
  private final Inference inference;
  private final JsonRequestReader reader;
  private final Request request;
  private final String model;
  private final String version;
  private final long arrived = System.nanoTime();
  private InferRequest parsed;
  private volatile Scoring scoring;
  private volatile boolean cancelled;

  InferExchange(
      Exchange exchange,
      Inference inference,
      JsonRequestReader reader,
      Request request,
      String model,
      String version) {
    this.exchange = exchange;
    this.inference = inference;
    this.reader = reader;
    this.request = request;
    // While it waits for its scores, its connection is not idle.
    request.addIdleTimeoutListener(timeout -> false);
    this.model = model;
    this.version = version;
  }

  @Override
  public void read(Body body) {
    parsed = inference.takeRequest();
    try {
      reader.read(body, jsonLength(body), parsed);
      ProxyDeadline.apply(request.getHeaders(), parsed);
      exchange.giveBack(body);
      // It may be answered before infer returns; the request must not be touched any more then.
      request.addFailureListener(failure -> cancel());
      scoring = inference.infer(model, version, parsed, arrived, this);
      if (cancelled) {
        inference.cancel(scoring);
      }
    } catch (Refusal e) {
      refused(e);
    } catch (RuntimeException | Error e) {
      LOG.error("a request could not be read", e);
      refused(new Refusal(Reason.FAILED, "the server failed; its log tells why"));
    }
  }

  private void cancel() {
    cancelled = true;
    Scoring submitted = scoring;
    if (submitted != null) {
      inference.cancel(submitted);
    }
  }

  private int jsonLength(Body body) {
    String header = request.getHeaders().get(JSON_LENGTH);
    if (header == null) {
      return body.length();
    }
    try {
      int length = Integer.parseInt(header.strip());
      if (length >= 0 && length <= body.length()) {
        return length;
      }
    } catch (NumberFormatException e) {
      // Refused below.
    }
    throw Refusal.invalid(
        JSON_LENGTH + ": is no number of bytes from 0 to " + body.length() + ", those of the body");
  }

  @Override
  public void scored(long scoredBy, Samples samples) {
    Body answer = exchange.takeBody();
    int jsonBytes = exchange.json().scores(answer, parsed, model, scoredBy, samples);
    inference.giveBack(parsed);
    if (jsonBytes < answer.length()) {
      exchange.header(JSON_LENGTH, Integer.toString(jsonBytes));
      exchange.answer(200, "application/octet-stream", answer);
    } else {
      exchange.answer(answer);
    }
  }

  @Override
  public void refused(Refusal why) {
    if (parsed == null) {
      exchange.endConnection(); // the rest of the body is not read, so nothing can follow it
    } else {
      inference.giveBack(parsed);
    }
    exchange.refuse(why);
  }
}
