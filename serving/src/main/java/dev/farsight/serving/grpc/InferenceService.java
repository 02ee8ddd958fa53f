package dev.farsight.serving.grpc;

import dev.farsight.engine.metrics.BuildInfo;
import dev.farsight.serving.batch.Inference;
import dev.farsight.serving.model.ServedModel;
import dev.farsight.serving.protocol.GRPCInferenceServiceGrpc;
import dev.farsight.serving.protocol.ModelInferRequest;
import dev.farsight.serving.protocol.ModelInferResponse;
import dev.farsight.serving.protocol.ModelMetadataRequest;
import dev.farsight.serving.protocol.ModelMetadataResponse;
import dev.farsight.serving.protocol.ModelReadyRequest;
import dev.farsight.serving.protocol.ModelReadyResponse;
import dev.farsight.serving.protocol.RepositoryIndexRequest;
import dev.farsight.serving.protocol.RepositoryIndexResponse;
import dev.farsight.serving.protocol.ServerLiveRequest;
import dev.farsight.serving.protocol.ServerLiveResponse;
import dev.farsight.serving.protocol.ServerMetadataRequest;
import dev.farsight.serving.protocol.ServerMetadataResponse;
import dev.farsight.serving.protocol.ServerReadyRequest;
import dev.farsight.serving.protocol.ServerReadyResponse;
import dev.farsight.serving.request.Refusal;
import io.grpc.stub.StreamObserver;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The methods of the protocol over gRPC. */
final class InferenceService extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {

  private final Supplier<Inference> inference;
  private final BooleanSupplier ready;

  /**
   * @param inference refuses while there is no model
   */
  InferenceService(Supplier<Inference> inference, BooleanSupplier ready) {
    this.inference = inference;
    this.ready = ready;
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> observer) {
    answer(observer, () -> ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public void serverReady(
      ServerReadyRequest request, StreamObserver<ServerReadyResponse> observer) {
    answer(observer, () -> ServerReadyResponse.newBuilder().setReady(ready.getAsBoolean()).build());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> observer) {
    answer(
        observer,
        () -> {
          model().require(request.getName(), request.getVersion());
          return ModelReadyResponse.newBuilder().setReady(ready.getAsBoolean()).build();
        });
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> observer) {
    answer(
        observer,
        () ->
            ServerMetadataResponse.newBuilder()
                .setName("farsight")
                .setVersion(BuildInfo.version())
                .addExtensions("model_repository")
                .build());
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> observer) {
    answer(
        observer,
        () -> {
          model().require(request.getName(), request.getVersion());
          return ProtoAnswers.model(model());
        });
  }

  @Override
  public void repositoryIndex(
      RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> observer) {
    answer(observer, () -> ProtoAnswers.index(model()));
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
    Inference available;
    try {
      available = inference.get();
    } catch (Refusal e) {
      observer.onError(GrpcStatus.of(e));
      return;
    }
    InferCall.answer(available, request, observer);
  }

  private ServedModel model() {
    return inference.get().model();
  }

  private static <T> void answer(StreamObserver<T> observer, Supplier<T> answer) {
    T made;
    try {
      made = answer.get();
    } catch (Refusal e) {
      observer.onError(GrpcStatus.of(e));
      return;
    }
    observer.onNext(made);
    observer.onCompleted();
  }
}
