using System.Collections.Immutable;
using Convergence.Foundation.Files;
using Convergence.Foundation.Yaml;

namespace Convergence.LanguageModels.Tasks;

/// <summary>Reads task files: YAML, as docs/formats/tasks.md describes.</summary>
public static class TaskFile
{
    /// <summary>The tasks of a file, in its order. Data files are looked for beside it.</summary>
    /// <param name="path">The task file.</param>
    /// <param name="split">The split to use, instead of the one that tasks name; <see langword="null"/> for theirs.</param>
    /// <exception cref="LanguageModelException">The file is malformed; the message lists all that is wrong with it.</exception>
    public static ImmutableArray<EvaluationTask> ReadFile(string path, string? split = null)
    {
        var text = CappedFile.ReadText(path, YamlTree.MaxByteCount);
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return Parse(text, path, directory, split);
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

    private static YamlMap Root(string yaml, string sourceName)
    {
        try
        {
            return YamlTree.Parse(yaml, sourceName) is [YamlMap map]
                ? map
                : throw new LanguageModelException($"{sourceName}: must be one YAML mapping with the key 'tasks'.");
        }
        catch (YamlFormatException exception)
        {
            throw new LanguageModelException(exception.Message, exception);
        }
    }
}
