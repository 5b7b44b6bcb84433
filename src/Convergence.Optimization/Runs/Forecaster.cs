using Convergence.Evolution.Randomness;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs.Concluding;
using Convergence.Optimization.Runs.Searching;
using Convergence.Optimization.Scoring;
using Convergence.Optimization.Society;
using Convergence.Optimization.Targets;

namespace Convergence.Optimization.Runs;

/// <summary>Says what a run will take, without a call.</summary>
public static class Forecaster
{
    private const ulong Stream = 0xF04E_CA57;

    private const int AssumedPromptLength = 8000;

    // Enough that a model which costs ten times as much as the others is among them.
    private const int SampledConfigurations = 64;

    /// <summary>How long a call is taken to last.</summary>
    public static readonly TimeSpan AssumedLatency = TimeSpan.FromSeconds(2);

    /// <summary>The forecast of a run.</summary>
    /// <param name="config">What to optimise.</param>
    /// <param name="parts">What it works with.</param>
    /// <exception cref="ConvergenceException">A configuration cannot be written as a call.</exception>
    public static RunForecast Of(OptimizationConfig config, RunParts parts)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(parts);
        var plan = CasePlan.Of(config);
        var configurations = ConfigurationCount(config, parts);
        var answers = AnswerCounts(config, plan, configurations);
        var price = SampleOf(config, parts, plan);
        var scoring = ScoringOf(parts, plan);
        var society = SocietyOf(config, parts);
        var limits = config.Optimization.Budget;
        var most = Math.Min((answers.Most * (1 + scoring.Calls)) + society.Calls, limits.Calls ?? long.MaxValue);
        var mostTokens = (answers.Most * (price.MostTokens + scoring.MostTokens)) + (society.Calls * society.Each.MostTokens);
        var mostDollars = (answers.Most * (price.MostDollars + scoring.MostDollars)) + (society.Calls * society.Each.MostDollars);
        mostDollars = Math.Min(mostDollars, limits.Dollars ?? decimal.MaxValue);
        most = Math.Min(most, Affordable(limits.Dollars, price.LikelyDollars + scoring.LikelyDollars, scoring));
        var byDollars = Affordable(limits.Dollars, price.MostDollars + scoring.MostDollars, scoring);
        var byTokens = Affordable(limits.Tokens, price.MostTokens + scoring.MostTokens, scoring);
        var least = Math.Min(answers.Least * (1 + scoring.Calls), Math.Min(byDollars, byTokens));
        return new RunForecast
        {
            Configurations = configurations,
            SearchCases = plan.Search.Length,
            HeldOutCases = plan.HeldOut.Length,
            Calls = (Math.Min(least, most), most),
            Tokens = (0, Math.Min(mostTokens, limits.Tokens ?? long.MaxValue)),
            Dollars = price.HasPrice && scoring.HasPrice && society.Each.HasPrice
                ? (Math.Min(answers.Least * (price.LikelyDollars + scoring.LikelyDollars), mostDollars), mostDollars)
                : null,
            Duration = (DurationOf(answers.Least, config), DurationOf(Math.Min(answers.Most, most), config)),
        };
    }

    // Calls, a judge's among them, until a limit is reached by answers that take so much each.
    private static long Affordable(decimal? limit, decimal ofAnswer, ScoringForecast scoring) => limit is { } most && ofAnswer > 0
        ? (long)Math.Min(Math.Floor(most / ofAnswer) * (1 + scoring.Calls), long.MaxValue)
        : long.MaxValue;

    private static int ConfigurationCount(OptimizationConfig config, RunParts parts)
    {
        var most = (long)config.Optimization.Evolution.Generations * GenerationSize(config.Optimization);
        var held = parts.Space.Size is { } size ? size + (config.Optimization.Baseline is null ? 0 : 1) : long.MaxValue;
        return (int)Math.Min(Math.Min(most, held), int.MaxValue);
    }

    /// <summary>How many configurations a generation has at most.</summary>
    internal static int GenerationSize(SearchConfig search) =>
        Math.Max(1, Math.Min(search.Evolution.PopulationSize, search.ExperimentsPerGeneration ?? int.MaxValue));

    /// <summary>Calls for the held-out cases.</summary>
    internal static long FinalCalls(OptimizationConfig config, CasePlan plan) => (long)plan.HeldOut.Length * config.Evaluation.Repeats
        * (Conclusion.FinalistCount + (config.Optimization.Baseline is null ? 0 : 1));

    private static (long Least, long Most) AnswerCounts(OptimizationConfig config, CasePlan plan, int configurations)
    {
        var search = config.Optimization;
        var repeats = config.Evaluation.Repeats;
        var generations = search.EarlyStopping.IsEnabled
            ? Math.Min(search.Evolution.Generations, search.EarlyStopping.Patience + 1)
            : search.Evolution.Generations;
        var fewest = Math.Min(configurations, (long)generations * GenerationSize(search));
        var casesLeast = search.IsRacing ? 1 : plan.Search.Length;
        var heldOut = FinalCalls(config, plan) / repeats;

        // The best of the first generation meets all cases in any case.
        var least = (fewest * casesLeast) + plan.Search.Length - casesLeast + heldOut;
        return (least * repeats, (((long)configurations * plan.Search.Length) + heldOut) * repeats);
    }

    /// <summary>What the most expensive and the mean of a sample of calls may cost.</summary>
    internal static CallForecast SampleOf(OptimizationConfig config, RunParts parts, CasePlan plan)
    {
        var random = new SearchRandom(config.Optimization.Seed ^ Stream);
        var (dollars, tokens, likely, hasPrice, count) = (0m, 0L, 0m, true, 0);
        for (var sample = 0; sample < SampledConfigurations; sample++)
        {
            var parameters = parts.Space.ToParameters(parts.Space.Space.Sample(random));
            foreach (var testCase in plan.All)
            {
                var forecast = parts.Target.Forecast(parameters, testCase);
                dollars = Math.Max(dollars, forecast.MostDollars);
                tokens = Math.Max(tokens, forecast.MostTokens);
                likely += forecast.LikelyDollars;
                hasPrice &= forecast.HasPrice;
                count++;
            }
        }

        return new CallForecast(dollars, tokens, likely / count, hasPrice);
    }

    private static ScoringForecast ScoringOf(RunParts parts, CasePlan plan)
    {
        ScoringForecast[] all = [.. plan.All.Select(parts.ForecastScoring)];
        return new ScoringForecast(
            all.Max(each => each.Calls), all.Max(each => each.MostTokens), all.Max(each => each.MostDollars),
            all.Average(each => each.LikelyDollars), all.All(each => each.HasPrice));
    }

    private static (long Calls, CallForecast Each) SocietyOf(OptimizationConfig config, RunParts parts) => parts.Society is { } society
        ? (RunSociety.MostCalls(config, society), society.Model.Forecast("", new string('x', AssumedPromptLength)))
        : (0, new CallForecast(0, 0, 0, HasPrice: true));

    private static TimeSpan DurationOf(long calls, OptimizationConfig config) =>
        AssumedLatency * Math.Ceiling((double)calls / config.Optimization.ParallelWorkers);
}
