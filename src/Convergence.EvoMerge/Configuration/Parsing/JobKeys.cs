using System.Collections.Immutable;
using Convergence.Foundation.Configuration;
using Convergence.Foundation.Yaml;
using Convergence.LanguageModels.Tasks;

namespace Convergence.EvoMerge.Configuration.Parsing;

/// <summary>The keys that say what is evolved: name, seed, models, tasks and where results go.</summary>
internal static class JobKeys
{
    public static EvoMergeConfig Read(YamlSection root, string sourceName, string directory)
    {
        var name = ReadName(root, sourceName);
        var (models, specializations) = ReadModels(root, directory);
        var basePath = root.Text("base") is { } text ? Resolve(text, directory) : null;
        RequireDirectory(root, "base", basePath);
        return new EvoMergeConfig
        {
            SourceName = sourceName,
            Name = name,
            Seed = root.Unsigned("seed", 0),
            Base = basePath,
            Models = models,
            Specializations = specializations,
            Tasks = TaskKeys.Read(root, directory),
            Out = Path.GetFullPath(root.Text("out") ?? Path.Combine("runs", name)),
            Checkpoints = Path.GetFullPath(root.Text("checkpoints") ?? Path.Combine("checkpoints", name)),
        };
    }

    private static string ReadName(YamlSection root, string sourceName)
    {
        var name = root.Text("name") ?? Path.GetFileNameWithoutExtension(sourceName);
        if (name.Length is 0 or > 100
            || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')
            || name[0] == '.')
        {
            root.Fail(
                "name",
                $"{(PlainName.IsNot(name) ? PlainName.Quote(name) : $"'{name}'")} is not 1 to 100 letters, "
                + "digits, '-', '_' and '.', the first not a '.'.");
            return "unnamed";
        }

        return name;
    }

    private static (ImmutableArray<string> Models, ImmutableArray<string> Specializations) ReadModels(YamlSection root, string directory)
    {
        var listed = root.TextList("models");
        var phase1Path = root.Text("phase1");
        if ((listed is null) == (phase1Path is null))
        {
            root.Fail("models", "give either models (a list of model directories) or phase1 (the path of a phase1.json).");
            return ([], []);
        }

        var contract = phase1Path is null ? null : ReadPhase1(root, Resolve(phase1Path, directory));
        ImmutableArray<string> models = contract?.Models ?? [.. (listed ?? []).Select(path => Resolve(path, directory))];
        if (phase1Path is null || contract is not null)
        {
            CheckModels(root, phase1Path is null ? "models" : "phase1", models);
        }

        return (models, contract?.Specializations ?? NamesOf(models));
    }

    private static Phase1Contract? ReadPhase1(YamlSection root, string path)
    {
        try
        {
            return Phase1Contract.ReadFile(path);
        }
        catch (ConfigurationException exception)
        {
            foreach (var error in exception.Errors)
            {
                root.Fail("phase1", $"{path}: {error}");
            }

            return null;
        }
        catch (ConvergenceException exception)
        {
            root.Fail("phase1", exception.Message);
            return null;
        }
    }

    private static void CheckModels(YamlSection root, string key, ImmutableArray<string> models)
    {
        if (models.Length is < 2 or > 16)
        {
            root.Fail(key, $"{models.Length} models; an evolution merges 2 to 16.");
        }

        for (var index = 0; index < models.Length; index++)
        {
            RequireDirectory(root, $"{key}[{index}]", models[index]);
            if (models.IndexOf(models[index]) != index)
            {
                root.Fail($"{key}[{index}]", $"'{models[index]}' is listed twice.");
            }
        }
    }

    /// <summary>The directories' names; a number is added where two are equal, so that reports can tell them apart.</summary>
    private static ImmutableArray<string> NamesOf(ImmutableArray<string> models)
    {
        var names = models.Select(model => Path.GetFileName(Path.TrimEndingDirectorySeparator(model))).ToArray();
        return
        [
            .. names.Select((name, index) =>
                names.Count(other => other == name) == 1 ? name : FormattableString.Invariant($"{name}-{index + 1}")),
        ];
    }

    private static string Resolve(string path, string directory) => Path.GetFullPath(path, directory);

    private static void RequireDirectory(YamlSection root, string key, string? path)
    {
        if (path is null)
        {
            return;
        }

        if (PlainName.IsNot(path))
        {
            root.Fail(key, $"{PlainName.Quote(path)} holds control characters. Rename the directory.");
        }
        else if (!Directory.Exists(path))
        {
            var slashes = path.Contains('\\')
                && Path.DirectorySeparatorChar == '/' ? " Write / between folders, not \\: that works on every system." : "";
            root.Fail(key, $"there is no model directory '{path}'. Paths are relative to the configuration's directory.{slashes}");
        }
    }
}
