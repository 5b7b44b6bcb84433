using System.Text.Json.Nodes;
using Convergence.Optimization.TestCases;

namespace Convergence.Optimization.Targets;

/// <summary>A function of the program that embeds the optimizer, which is optimised in place of an API.</summary>
/// <param name="parameters">The configuration. It must not be changed.</param>
/// <param name="testCase">What is asked.</param>
/// <param name="cancellation">Ends the call.</param>
/// <returns>The answer; an exception is a call that failed.</returns>
public delegate Task<JsonNode?> LocalFunction(JsonObject parameters, TestCase testCase, CancellationToken cancellation);
