-- Work for the Lua guest: closures, tables, strings, patterns, integer and float arithmetic, garbage.
local function sieve(limit)
  local composite, primes = {}, {}
  for i = 2, limit do
    if not composite[i] then
      primes[#primes + 1] = i
      for j = i * i, limit, i do composite[j] = true end
    end
  end
  return primes
end

local function n_queens(n)
  local columns, up, down, solutions = {}, {}, {}, 0
  local function place(row)
    if row > n then
      solutions = solutions + 1
      return
    end
    for c = 1, n do
      if not (columns[c] or up[row + c] or down[row - c]) then
        columns[c], up[row + c], down[row - c] = true, true, true
        place(row + 1)
        columns[c], up[row + c], down[row - c] = nil, nil, nil
      end
    end
  end
  place(1)
  return solutions
end

local function life(width, height, steps)
  local cells, seed = {}, 12345
  for i = 1, width * height do
    seed = (seed * 1103515245 + 12345) % 2147483648
    cells[i] = seed // 65536 % 2
  end
  for _ = 1, steps do
    local next_cells = {}
    for y = 0, height - 1 do
      for x = 0, width - 1 do
        local alive = 0
        for dy = -1, 1 do
          for dx = -1, 1 do
            if dx ~= 0 or dy ~= 0 then
              alive = alive + cells[(y + dy) % height * width + (x + dx) % width + 1]
            end
          end
        end
        local here = cells[y * width + x + 1]
        next_cells[y * width + x + 1] = (alive == 3 or (alive == 2 and here == 1)) and 1 or 0
      end
    end
    cells = next_cells
  end
  local rows = {}
  for y = 0, height - 1 do rows[#rows + 1] = table.concat(cells, "", y * width + 1, (y + 1) * width) end
  return table.concat(rows, "\n"):gsub("0", "."):gsub("1", "#")
end

local primes = sieve(100000)
print("primes", #primes, primes[#primes])
print("queens", n_queens(8))
print((life(48, 24, 150)))

local words, text = {}, {}
for i = 1, 20000 do text[#text + 1] = ("w%x"):format(i * 2654435761 % 997) end
for word in table.concat(text, " "):gmatch("%a%w*") do words[word] = (words[word] or 0) + 1 end
local keys = {}
for word in pairs(words) do keys[#keys + 1] = word end
table.sort(keys, function(a, b)
  if words[a] ~= words[b] then return words[a] > words[b] end
  return a < b
end)
for i = 1, 5 do print(keys[i], words[keys[i]]) end

local sum = 0.0
for i = 1, 300000 do sum = sum + math.sqrt(i) / (i % 7 + 0.5) end
print(("float %.17g %a %5.3f"):format(sum, 1 / 3, -2 / 3), math.maxinteger + 1 == math.mininteger)
print(7 // 2, -7 // 2, 7 % -3, -7 % 3, 7.5 // 2, 1e15, 2 ^ 53, 10 / 2, 0x7fffffffffffffff)
