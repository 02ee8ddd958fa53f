package dev.farsight.engine.plugin;

import java.util.Map;
import java.util.Optional;

/**
 * The artifacts of Farsight in which its own components are. An application names as dependencies
 * those that it uses, and easily misses one.
 */
final class OwnArtifacts {

  private static final Map<Kind, Map<String, String>> ARTIFACTS =
      Map.of(
          Kind.POLICY,
          Map.of(
              "lru", "farsight-cache-lru",
              "lfu", "farsight-cache-lfu",
              "lookahead", "farsight-cache-lfu",
              "frequency", "farsight-cache-lfu"),
          Kind.STORE,
          Map.of(
              "offheap", "farsight-storage-offheap",
              "ssd", "farsight-storage-ssd"),
          Kind.COMPUTE,
          Map.of(
              "nd4j-native", "farsight-compute-nd4j",
              "nd4j-cuda", "farsight-compute-nd4j",
              "jcuda", "farsight-compute-jcuda"),
          Kind.SOURCE,
          Map.of(
              "criteo", "farsight-datasets",
              "avazu", "farsight-datasets",
              "csv", "farsight-datasets",
              "synthetic", "farsight-datasets"),
          Kind.MODEL,
          Map.of(
              "dlrm", "farsight-models-dlrm",
              "dcn", "farsight-models-ctr",
              "deepfm", "farsight-models-ctr",
              "wide-deep", "farsight-models-ctr"),
          Kind.COLLECTIVE,
          Map.of(
              "threads", "farsight-collective",
              "sockets", "farsight-collective",
              "nccl", "farsight-compute-jcuda"));

  private OwnArtifacts() {}

  /** The artifact with the component of this name; empty if it is none of Farsight's. */
  static Optional<String> of(Kind kind, String name) {
    return Optional.ofNullable(ARTIFACTS.getOrDefault(kind, Map.of()).get(name));
  }
}
