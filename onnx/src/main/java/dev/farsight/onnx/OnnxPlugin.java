package dev.farsight.onnx;

import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;

/** Offers {@code farsight export --format onnx}. */
public final class OnnxPlugin extends FarsightPlugin {

  public OnnxPlugin() {
    super("onnx", FarsightPlugin.API_VERSION);
  }

  @Override
  public void register(Registry registry) {
    registry.exportFormat(new OnnxFormat());
  }
}
