package dev.farsight.serving.model;

import dev.farsight.api.internal.Quoted;
import dev.farsight.serving.request.Reason;
import dev.farsight.serving.request.Refusal;
import java.util.List;
import java.util.Optional;

/**
 * The versions of the one model that a server serves. Which version is current may change at any
 * time; a request is answered by the one that it began with. Any thread.
 */
public interface Models {

  /** The model's name in requests. */
  String name();

  /** The version that answers requests that name none; empty until one is loaded. */
  Optional<ServedModel> current();

  /** All versions that are loaded, the current one among them. */
  List<ServedModel> loaded();

  /** Retires all versions. */
  void close();

  /**
   * Begins a use of a version; the caller ends it.
   *
   * @param model the name that a request has
   * @param version the version that it names; empty for the current one
   * @throws Refusal if there is no such model or version
   */
  default ServedModel use(String model, String version) {
    requireName(model);
    while (true) {
      ServedModel found = version.isEmpty() ? requireCurrent() : find(version);
      if (found.begin()) {
        return found;
      }
      // It was retired in this moment, so it is not found again.
    }
  }

  /**
   * @throws Refusal if there is no such model
   */
  default void requireName(String model) {
    if (!name().equals(model)) {
      throw new Refusal(
          Reason.NOT_FOUND,
          "unknown model " + Quoted.of(model) + "; this server has " + Quoted.of(name()));
    }
  }

  private ServedModel requireCurrent() {
    return current()
        .orElseThrow(() -> new Refusal(Reason.UNAVAILABLE, "no version of the model is loaded"));
  }

  private ServedModel find(String version) {
    List<ServedModel> all = loaded();
    for (ServedModel model : all) {
      if (Long.toString(model.version()).equals(version)) {
        return model;
      }
    }
    throw new Refusal(
        Reason.NOT_FOUND,
        "model "
            + Quoted.of(name())
            + " has no version "
            + Quoted.of(version)
            + " loaded; there is "
            + String.join(", ", all.stream().map(m -> Long.toString(m.version())).toList()));
  }
}
