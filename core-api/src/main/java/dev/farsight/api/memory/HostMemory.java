package dev.farsight.api.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Memory that this host can still give: the least of what the kernel has available and what is left
 * of the limits of the control groups (version 1 or 2) that the process is in.
 *
 * @param available bytes; {@link Long#MAX_VALUE} where nothing is known
 * @param source where the figure comes from, for messages
 */
public record HostMemory(long available, String source) {

  private static final String CGROUPS = "sys/fs/cgroup";

  /** The names of a control group's files. */
  private record Version(String limit, String usage, String reclaimable) {
    static final Version V1 =
        new Version("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file");
    static final Version V2 = new Version("memory.max", "memory.current", "inactive_file");
  }

  /**
   * Reads the figures.
   *
   * @param root the root of the host's file system
   */
  public static HostMemory of(Path root) {
    HostMemory least = new HostMemory(Long.MAX_VALUE, "unknown");
    Path memInfo = root.resolve("proc/meminfo");
    Optional<Long> kibibytes = field(memInfo, "MemAvailable:");
    if (kibibytes.isPresent()) {
      least = new HostMemory(kibibytes.get() << 10, "MemAvailable of /proc/meminfo");
    }
    // A line is hierarchy:controllers:path; version 2 is hierarchy 0 without controllers.
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      String[] parts = line.split(":", 3);
      if (parts.length < 3) {
        continue;
      }
      if (parts[1].isEmpty()) {
        least = least.orLess(root, CGROUPS, parts[2], Version.V2);
        least = least.orLess(root, CGROUPS + "/unified", parts[2], Version.V2);
      } else if (List.of(parts[1].split(",")).contains("memory")) {
        least = least.orLess(root, CGROUPS + "/memory", parts[2], Version.V1);
      }
    }
    return least;
  }

  /**
   * Goes from the process's own group up to the root. A container may not see its own group under
   * the path it is told, but finds its limit at the root then.
   */
  private HostMemory orLess(Path root, String mount, String group, Version version) {
    HostMemory least = this;
    Path top = root.resolve(mount);
    Path own = top.resolve(group.substring(Math.min(1, group.length()))).normalize();
    for (Path at = own; at != null && at.startsWith(top); at = at.getParent()) {
      Optional<Long> limit = number(at.resolve(version.limit));
      Optional<Long> usage = number(at.resolve(version.usage));
      if (limit.isPresent() && usage.isPresent()) {
        long reclaimable = field(at.resolve("memory.stat"), version.reclaimable + " ").orElse(0L);
        long left = Math.max(0, limit.get() - usage.get() + reclaimable);
        if (left < least.available) {
          least = new HostMemory(left, version.limit + " of /" + root.relativize(at));
        }
      }
    }
    return least;
  }

  /** The number in a file; empty where there is no file or it says "max". */
  private static Optional<Long> number(Path file) {
    return lines(file).stream().findFirst().flatMap(HostMemory::parse);
  }

  /** The first number after {@code name} on the line that starts with it. */
  private static Optional<Long> field(Path file, String name) {
    return lines(file).stream()
        .filter(line -> line.startsWith(name))
        .flatMap(line -> Stream.of(line.substring(name.length()).trim().split(" ", 2)).limit(1))
        .findFirst()
        .flatMap(HostMemory::parse);
  }

  private static Optional<Long> parse(String text) {
    try {
      return Optional.of(Long.parseLong(text.trim()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
