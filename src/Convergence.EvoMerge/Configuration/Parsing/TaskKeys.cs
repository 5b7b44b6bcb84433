using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Foundation.Yaml;

namespace Convergence.EvoMerge.Configuration.Parsing;

/// <summary>
/// The key <c>tasks</c>: a task file that defines the splits search, validation and test, or a mapping of the splits to task files, lists
/// of them, or lists of tasks.
/// </summary>
internal static class TaskKeys
{
    private static readonly string[] SplitNames = ["search", "validation", "test"];

    public static TaskSplits Read(YamlSection root, string directory)
    {
        if (root.ScalarOrNull("tasks") is { } file)
        {
            var path = FileAt(root, "tasks", file, directory);
            var sources = SplitNames.Select(split => new TaskSource(path, null, Path.GetDirectoryName(path)!, split)).ToList();
            return new TaskSplits([sources[0]], [sources[1]], [sources[2]]);
        }

        var section = root.Section("tasks");
        var splits = SplitNames.Select(split => ReadSplit(section, split, directory)).ToList();
        section.ReportUnknownKeys();
        return new TaskSplits(splits[0], splits[1], splits[2]);
    }

    private static ImmutableArray<TaskSource> ReadSplit(YamlSection section, string split, string directory)
    {
        var node = section.Value(split);
        if (node is YamlList { Items: [YamlMap, ..] } tasks)
        {
            return [new TaskSource(null, new JsonObject { ["tasks"] = YamlJson.ToNode(tasks) }.ToJsonString(), directory, null)];
        }

        if (node is null or YamlList { Items.Count: 0 })
        {
            section.Fail(split, "missing. Name a task file, or list tasks; all three splits are needed for an honest comparison.");
            return [];
        }

        return
        [
            .. (section.TextList(split) ?? []).Select(file =>
            {
                var path = FileAt(section, split, file, directory);
                return new TaskSource(path, null, Path.GetDirectoryName(path)!, null);
            }),
        ];
    }

    private static string FileAt(YamlSection section, string key, string file, string directory)
    {
        var path = Path.GetFullPath(file, directory);
        if (!File.Exists(path))
        {
            section.Fail(key, $"there is no task file '{path}'. Paths are relative to the configuration's directory.");
        }

        return path;
    }
}
