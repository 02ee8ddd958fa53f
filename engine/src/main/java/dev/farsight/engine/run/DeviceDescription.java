package dev.farsight.engine.run;

import dev.farsight.engine.pipeline.LaneThreads;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a device of a run is, for reports.
 *
 * @param name what messages call it; with several processes, its process too
 * @param gpu name of the GPU; empty on a CPU
 * @param slots rows that its cache can hold
 * @param bytes of its memory that are used
 * @param regions of its cache; 1 if every row is resident
 * @param threads of its teams
 * @param exchangedRowBytes bytes of a row's weights, or of its gradient, on their way to another
 *     device: they travel as float32. With columns, those of the device's columns
 */
public record DeviceDescription(
    String name,
    Optional<String> gpu,
    long slots,
    int regions,
    LaneThreads threads,
    long bytes,
    long exchangedRowBytes) {

  /** By rank. */
  public static List<DeviceDescription> of(Session session) {
    return IntStream.range(0, session.lanes().size()).mapToObj(rank -> of(session, rank)).toList();
  }

  private static DeviceDescription of(Session session, int rank) {
    var device = session.devices().get(rank);
    return new DeviceDescription(
        session.processes().deviceName(device.name()),
        Optional.ofNullable(device.gpu()),
        session.lanes().get(rank).residency().slots(),
        session.lanes().get(rank).residency().regions(),
        session.lanes().get(rank).threads(),
        session.deviceBytes(rank),
        (long) session.lanes().get(rank).lane().memory().format().dim() * Float.BYTES);
  }
}
