using System.Collections.Immutable;
using Convergence.Foundation.Files;
using Convergence.Foundation.Yaml;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>The section <c>search_space</c>.</summary>
internal static class SpaceKeys
{
    private const int MaxTemplateByteCount = 1 << 20;

    public static SearchSpaceConfig Read(YamlSection root, ConfigReading reading, ApiConfig api)
    {
        var section = root.Section("search_space");
        var parameters = section.Section("parameters");
        var names = parameters.Keys.ToArray();
        if (names.Length == 0)
        {
            section.Fail("parameters", "missing. Give at least one parameter, such as temperature: {type: continuous, min: 0, max: 1}.");
        }

        ImmutableArray<ParameterConfig> read =
        [
            .. names.Select(name => ParameterKeys.Read(parameters, name, reading)).OfType<ParameterConfig>(),
        ];
        CheckModels(parameters, read, api);
        var space = new SearchSpaceConfig(read, ReadTemplates(section, reading));
        if (root.ErrorCount == 0)
        {
            CheckSpace(section, space);
        }

        reading.NoteUnknownKeys(section);
        return space;
    }

    // The parameter picks the address, so each value needs one.
    private static void CheckModels(YamlSection parameters, ImmutableArray<ParameterConfig> read, ApiConfig api)
    {
        if (api.Models.IsEmpty)
        {
            return;
        }

        if (read.FirstOrDefault(parameter => parameter.Name == "model") is not { } model)
        {
            parameters.Fail("model", "missing. api.models has an address for each model, and this parameter chooses one: "
                + $"model: [{string.Join(", ", api.Models.Select(known => known.Name))}].");
            return;
        }

        var known = api.Models.Select(endpoint => endpoint.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var value in model.Values.IsDefault ? [] : model.Values)
        {
            var name = Text.JsonValues.Text(value);
            if (name is null || !known.Contains(name))
            {
                parameters.Fail(
                    "model", $"{value?.ToJsonString() ?? "null"} is not in api.models, which has {string.Join(", ", known)}.");
            }
        }
    }

    private static void CheckSpace(YamlSection section, SearchSpaceConfig space)
    {
        foreach (var problem in ParameterSpace.ProblemsOf(space))
        {
            section.Fail("parameters", problem);
        }
    }

    private static ImmutableArray<TemplateConfig> ReadTemplates(YamlSection section, ConfigReading reading)
    {
        var templates = section.Section("templates");
        var read = ImmutableArray.CreateBuilder<TemplateConfig>();
        foreach (var name in templates.Keys.ToArray())
        {
            var template = templates.Section(name);
            var variables = template.TextList("variables") ?? [];
            if (reading.PathOf(template, "path") is { } path)
            {
                read.Add(new TemplateConfig(name, path, variables, TextOf(template, path)));
            }
            else if (!template.Has("path"))
            {
                template.Fail("path", "missing. Name the file of the template.");
            }

            reading.NoteUnknownKeys(template);
        }

        return read.ToImmutable();
    }

    private static string TextOf(YamlSection template, string path)
    {
        try
        {
            return CappedFile.ReadText(path, MaxTemplateByteCount);
        }
        catch (ConvergenceException exception)
        {
            template.Fail("path", exception.Message);
            return "";
        }
    }
}
