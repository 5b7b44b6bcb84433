using System.Collections.Immutable;
using Convergence.Foundation.Yaml;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>The section <c>agent</c>.</summary>
internal static class AgentKeys
{
    private const string AuthSuffix = "_auth";

    public static AgentConfig? Read(YamlSection root, ConfigReading reading)
    {
        if (!root.Has("agent"))
        {
            _ = root.Value("agent");
            return null;
        }

        var section = root.Section("agent");
        var credentials = section.Keys.Where(key => key.EndsWith(AuthSuffix, StringComparison.Ordinal)).ToArray()
            .ToImmutableSortedDictionary(
                key => key[..^AuthSuffix.Length], key => section.TextMap(key), StringComparer.Ordinal);
        var agent = new AgentConfig { Models = ReadModels(section, reading), Credentials = credentials };
        reading.NoteUnknownKeys(section);
        return agent;
    }

    /// <summary>The registry <c>models</c> of a section: an address for each name, alone or as <c>endpoint</c>.</summary>
    public static ImmutableArray<ModelEndpoint> ReadModels(YamlSection section, ConfigReading reading)
    {
        var models = section.Section("models");
        var endpoints = ImmutableArray.CreateBuilder<ModelEndpoint>();
        foreach (var name in models.Keys.ToArray())
        {
            if (models.Value(name) is YamlScalar)
            {
                Add(models, name, models, name, description: null);
                continue;
            }

            var model = models.Section(name);
            Add(model, "endpoint", models, name, model.Text("description"));
            reading.Inert(
                model, "api_key_env", "all models are called with api.auth. Models with keys of their own need runs of their own.");
            reading.NoteUnknownKeys(model);
        }

        return endpoints.ToImmutable();

        void Add(YamlSection place, string key, YamlSection parent, string name, string? description)
        {
            if (!place.Has(key))
            {
                parent.Fail(name, "has no endpoint. Give the address of this model.");
            }
            else if (Addresses.Read(place, key) is { } endpoint)
            {
                endpoints.Add(new ModelEndpoint(name, endpoint, description));
            }
        }
    }
}
