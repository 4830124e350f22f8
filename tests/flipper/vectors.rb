#!/usr/bin/env ruby
# frozen_string_literal: true

# Asks Ruby's Flipper what it decides, and keeps the answers as test vectors.
#
#   ruby tests/flipper/vectors.rb            writes crates/flags/tests/vectors/flipper.json
#   ruby tests/flipper/vectors.rb --check    fails when the file says anything else
#
# Debian: apt-get install ruby-flipper. Every answer comes from the library; the script itself
# hashes only to find actors that lie exactly at the edge of a percentage.

require 'flipper'
require 'flipper/adapters/memory'
require 'json'
require 'zlib'

FILE = File.expand_path('../../crates/flags/tests/vectors/flipper.json', __dir__)

FLAGS = %w[a tidy_sidebar integration_slack_app_notifications run_jobs_Some::Worker v1.2-beta
           gitaly_fast_path some_feature x_override].freeze
ACTORS = %w[User:1 User:5 User:123456789 Project:1 Project:278964 Project:4294967296 Group:9
            Group:22 Ci::Runner:3 Organizations::Organization:1 Namespaces::UserNamespace:17
            FlipperGitlabInstance:gitlab.example.com
            FlipperRequest:0b6c4b1e-3c1d-4e7e-9a53-0e5a2f4b7c11 Project:12:opt_out].freeze
PERCENTAGES = [0, 0.001, 0.1, 0.5, 1, 5, 12.345, 25, 33.3, 50, 66.667, 99, 99.999, 100].freeze

Flipper.register(:team) { |actor| actor.respond_to?(:flipper_id) && actor.flipper_id == 'User:7' }

def bucket(flag, actor)
  Zlib.crc32("#{flag}#{actor}") % 100_000
end

# Percentages of three decimals that come out above the whole number when multiplied.
def traps
  (0..100_000).select { |thousandths| thousandths / 1000.0 * 1000 > thousandths }
end

# For each bucket the first project that a flag puts there.
def project_by_bucket(flag)
  (1..250_000).each_with_object({}) do |id, found|
    found[bucket(flag, "Project:#{id}")] ||= "Project:#{id}"
  end
end

def share_rows
  rows = FLAGS.product(ACTORS).flat_map do |flag, actor|
    at = bucket(flag, actor)
    edges = [at - 1, at, at + 1, at + 2].map { |thousandths| thousandths.clamp(0, 100_000) / 1000.0 }
    (PERCENTAGES + edges).map { |share| [flag, actor, share] }
  end
  flag = 'tidy_sidebar'
  projects = project_by_bucket(flag)
  rows += traps.flat_map do |at|
    actor = projects[at]
    actor ? [[flag, actor, at / 1000.0], [flag, actor, (at - 1) / 1000.0]] : []
  end
  rows + 250.step(99_750, 250).filter_map { |at| [flag, projects[at], at / 1000.0] if projects[at] }
end

def decided(rows)
  rows.uniq.group_by { |flag, _, share| [flag, share] }.flat_map do |(flag, share), same|
    flipper = Flipper.new(Flipper::Adapters::Memory.new)
    flipper[flag].enable_percentage_of_actors(share)
    same.map { |_, actor, _| [flag, actor, share, flipper[flag].enabled?(Flipper::Actor.new(actor))] }
  end
end

STEPS = {
  'on' => ->(feature) { feature.enable },
  'off' => ->(feature) { feature.disable },
  'actor' => ->(feature) { feature.enable_actor(Flipper::Actor.new('User:1')) },
  'no_actor' => ->(feature) { feature.disable_actor(Flipper::Actor.new('User:1')) },
  'group' => ->(feature) { feature.enable_group(:team) },
  'no_group' => ->(feature) { feature.disable_group(:team) },
  'unknown_group' => ->(feature) { feature.enable_group(:strangers) },
  'actors_0' => ->(feature) { feature.disable_percentage_of_actors },
  'actors_30' => ->(feature) { feature.enable_percentage_of_actors(30) },
  'actors_100' => ->(feature) { feature.enable_percentage_of_actors(100) },
  'time_0' => ->(feature) { feature.disable_percentage_of_time },
  'time_100' => ->(feature) { feature.enable_percentage_of_time(100) },
  'delete' => ->(feature) { feature.remove }
}.freeze

# Every step, every pair of steps, and every third triple.
def sequences
  names = STEPS.keys
  names.map { |name| [name] } + names.product(names) +
    names.product(names, names).each_with_index.filter_map { |steps, at| steps if (at % 3).zero? }
end

def gate_row(steps)
  flipper = Flipper.new(Flipper::Adapters::Memory.new)
  feature = flipper['tidy_sidebar']
  steps.each { |step| STEPS.fetch(step).call(feature) }
  asked = [nil, 'User:1', 'User:2', 'User:7', 'Project:3']
  {
    steps: steps,
    stored: feature.exist?,
    state: feature.state,
    boolean: feature.boolean_value,
    actors: feature.actors_value.to_a.sort,
    groups: feature.groups_value.map(&:to_s).sort,
    percentage_of_actors: feature.percentage_of_actors_value,
    percentage_of_time: feature.percentage_of_time_value,
    enabled: asked.map { |actor| feature.enabled?(*(actor && Flipper::Actor.new(actor))) }
  }
end

def lines(rows)
  rows.map { |row| "    #{JSON.generate(row)}" }.join(",\n")
end

vectors = <<~FILE
  {
    "asked": [null, "User:1", "User:2", "User:7", "Project:3"],
    "shares": [
  #{lines(decided(share_rows))}
    ],
    "gates": [
  #{lines(sequences.map { |steps| gate_row(steps) })}
    ]
  }
FILE

version = Gem::Specification.find_by_name('flipper').version
if ARGV == ['--check']
  abort "#{FILE} is not what Flipper #{version} decides" unless File.read(FILE) == vectors
  puts "as Flipper #{version} decides"
else
  File.write(FILE, vectors)
  puts "wrote #{FILE} with Flipper #{version}"
end
