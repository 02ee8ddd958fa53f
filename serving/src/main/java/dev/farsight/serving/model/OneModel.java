package dev.farsight.serving.model;

import java.util.List;
import java.util.Optional;

/** One version of a model, for as long as the server runs. */
public final class OneModel implements Models {

  private final ServedModel model;
  private volatile boolean closed;

  public OneModel(ServedModel model) {
    this.model = model;
  }

  @Override
  public String name() {
    return model.name();
  }

  @Override
  public Optional<ServedModel> current() {
    return closed ? Optional.empty() : Optional.of(model);
  }

  @Override
  public List<ServedModel> loaded() {
    return closed ? List.of() : List.of(model);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      model.retire();
    }
  }
}
