using Convergence.Foundation.Yaml;
using Convergence.Optimization.Configuration.Parsing.Checks;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>The sections of a configuration.</summary>
internal static class RootKeys
{
    /// <returns><see langword="null"/> when errors were noted.</returns>
    public static OptimizationConfig? Read(YamlSection root, ConfigReading reading, string sourceName)
    {
        var agent = AgentKeys.Read(root, reading);
        var api = ApiKeys.Read(root, reading, agent);
        var search = SearchKeys.Read(root, reading);
        var space = SpaceKeys.Read(root, reading, api);
        var evaluation = EvaluationKeys.Read(root, reading, search.Seed);
        var output = OutputKeys.Read(root, reading);
        var society = SocietyKeys.Read(root, reading);
        var legacy = LegacyKeys.Read(root, reading);
        var storage = StorageKeys.Read(root, reading);
        RateLimitKeys.Read(root, reading);
        reading.NoteUnknownKeys(root);
        if (reading.Errors.Count > 0)
        {
            return null;
        }

        var config = new OptimizationConfig
        {
            Api = api,
            SearchSpace = CapabilityRules.Apply(space, AdapterFacts.Of(api, agent), reading),
            Evaluation = evaluation with { Judge = evaluation.Judge ?? society.Model },
            Optimization = search,
            Output = output,
            Agent = agent,
            Society = society,
            Legacy = legacy,
            Storage = storage,
            Source = sourceName,
            Directory = reading.Directory,
        };
        config = SelfJudging.Apply(config, reading);
        CrossChecks.Run(config, reading);
        return reading.Errors.Count > 0 ? null : config;
    }
}
