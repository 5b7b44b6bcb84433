using System.Collections.Immutable;
using System.Text;
using Convergence.Tensors.Files;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Convergence.LanguageModels.Tasks;

/// <summary>Reads task files: YAML, as docs/formats/tasks.md describes.</summary>
public static class TaskFile
{
    private const int MaxFileByteCount = 1 << 20;

    /// <summary>The tasks of a file, in its order. Data files are looked for beside it.</summary>
    /// <param name="path">The task file.</param>
    /// <param name="split">The split to use, instead of the one that tasks name; <see langword="null"/> for theirs.</param>
    /// <exception cref="LanguageModelException">The file is malformed; the message lists all that is wrong with it.</exception>
    public static ImmutableArray<EvaluationTask> ReadFile(string path, string? split = null)
    {
        var bytes = CappedFile.ReadAllBytes(path, MaxFileByteCount);
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return Parse(Encoding.UTF8.GetString(bytes), path, directory, split);
    }

    /// <summary>The tasks of a text in the same format.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="sourceName">What error messages call it.</param>
    /// <param name="dataDirectory">Where relative paths of data files start.</param>
    /// <param name="split">As for <see cref="ReadFile"/>.</param>
    public static ImmutableArray<EvaluationTask> Parse(string yaml, string sourceName, string dataDirectory, string? split = null)
    {
        var errors = new List<string>();
        var tasks = ImmutableArray.CreateBuilder<EvaluationTask>();
        var root = new TaskNode(Root(yaml, sourceName), sourceName, errors);
        root.RefuseUnknownKeys(["tasks", "split", "splits"]);
        foreach (var node in root.Items("tasks"))
        {
            if (TaskReader.Read(node, root, dataDirectory, split) is { } task)
            {
                tasks.Add(task);
            }
        }

        foreach (var repeated in tasks.GroupBy(task => task.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            errors.Add($"{sourceName}: two tasks are named '{repeated.Key}'. Rename one.");
        }

        if (errors.Count == 0 && tasks.Count == 0)
        {
            errors.Add($"{sourceName}: lists no tasks. Add at least one under 'tasks'.");
        }

        return errors.Count == 0 ? tasks.ToImmutable() : throw new LanguageModelException(string.Join(Environment.NewLine, errors));
    }

    private static YamlMappingNode Root(string yaml, string sourceName)
    {
        YamlLimits.Check(yaml, sourceName);
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            return stream.Documents is [{ RootNode: YamlMappingNode mapping }]
                ? mapping
                : throw new LanguageModelException($"{sourceName}: must be one YAML mapping with the key 'tasks'.");
        }
        catch (YamlException exception)
        {
            // A key that a mapping has twice shows only when the tree is made.
            throw new LanguageModelException(
                $"{sourceName}, line {exception.Start.Line}: is not valid YAML or JSON: {exception.Message}", exception);
        }
    }
}
