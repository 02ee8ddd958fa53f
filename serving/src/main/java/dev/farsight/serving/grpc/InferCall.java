package dev.farsight.serving.grpc;

import dev.farsight.serving.batch.Inference;
import dev.farsight.serving.batch.Scoring;
import dev.farsight.serving.protocol.ModelInferRequest;
import dev.farsight.serving.protocol.ModelInferResponse;
import dev.farsight.serving.request.InferRequest;
import dev.farsight.serving.request.Refusal;
import dev.farsight.serving.request.Samples;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** A call for scores. */
final class InferCall implements Inference.Answer {

  private final Inference inference;
  private final ServerCallStreamObserver<ModelInferResponse> observer;
  private final InferRequest parsed;
  private String model;
  private volatile Scoring scoring;

  private InferCall(Inference inference, StreamObserver<ModelInferResponse> observer) {
    this.inference = inference;
    this.observer = (ServerCallStreamObserver<ModelInferResponse>) observer;
    this.parsed = inference.takeRequest();
  }

  static void answer(
      Inference inference, ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
    new InferCall(inference, observer).read(request);
  }

  private void read(ModelInferRequest request) {
    long arrived = System.nanoTime();
    model = request.getModelName();
    observer.setOnCancelHandler(this::cancelled);
    try {
      ProtoRequests.read(request, Context.current().getDeadline(), parsed);
      scoring = inference.infer(model, request.getModelVersion(), parsed, arrived, this);
    } catch (Refusal e) {
      refused(e);
    }
  }

  private void cancelled() {
    Scoring submitted = scoring;
    if (submitted != null) {
      inference.cancel(submitted);
    }
  }

  @Override
  public void scored(long version, Samples samples) {
    ModelInferResponse answer = ProtoAnswers.scores(parsed, model, version, samples);
    inference.giveBack(parsed);
    observer.onNext(answer);
    observer.onCompleted();
  }

  @Override
  public void refused(Refusal why) {
    inference.giveBack(parsed);
    observer.onError(GrpcStatus.of(why));
  }
}
